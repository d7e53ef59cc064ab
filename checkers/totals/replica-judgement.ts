import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Attempt } from '../judging/attempts.ts';
import type { Budget } from '../judging/budget.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';
import { ofKey } from '../judging/wording.ts';
import { couldHaveChangedMeanwhile } from './replica-changes.ts';

/** A way in which the final reads of one key are wrong. */
export interface ReplicaFault {
  readonly anomaly: 'diverged' | 'unexpected' | 'lost';
  readonly key: number;
  /** Final reads that show it, by place. */
  readonly byPlace: ReadonlyMap<string, number>;
  /** The value it is about, where it is about one. */
  readonly value?: JsonValue;
  /** The update that makes it wrong, where there is one. */
  readonly update?: number;
  /** Some update of the key, where the fault is about none: without any there is nothing to compare. */
  readonly context?: number;
}

/** Final reads of one key, and who tried to write what. */
export interface Replicas {
  readonly key: number;
  readonly byPlace: ReadonlyMap<string, number>;
  readonly attempts: ReadonlyMap<number | string, Attempt>;
  /** What is in place before any update; null where absent. */
  readonly initial?: JsonValue;
}

/** Decides whether the final reads of one key agree and are explained by its updates. */
export function judgeReplicas(
  operations: Operations,
  replicas: Replicas,
  budget: Budget,
): { readonly faults: readonly ReplicaFault[]; readonly doubt?: string } {
  const faults = strangeValues(operations, replicas);
  if (placesByState(operations, replicas.byPlace).length < 2) return { faults };
  if (couldHaveChangedMeanwhile(operations, replicas.byPlace.values(), replicas.attempts, budget)) {
    return {
      faults,
      doubt: `the final reads${ofKey(operations, replicas.key)} differ, but an update without an answer may have taken effect between them`,
    };
  }
  return {
    faults: [
      ...faults,
      { anomaly: 'diverged', key: replicas.key, byPlace: replicas.byPlace, ...contextIn(replicas.attempts) },
    ],
  };
}

/** Places whose final reads saw the same. */
export interface PlacesInState {
  readonly places: string[];
  readonly read: number;
  readonly values: ReadonlySet<number | string>;
}

/** Groups places by what their final reads saw; sets are compared without order and repetition. */
export function placesByState(operations: Operations, byPlace: ReadonlyMap<string, number>): PlacesInState[] {
  const states: PlacesInState[] = [];
  for (const [place, read] of byPlace) {
    const values = identitiesSeen(operations, read);
    const same = states.find((state) => state.values.size === values.size && containsAll(state.values, values));
    if (same === undefined) states.push({ places: [place], read, values });
    else same.places.push(place);
  }
  return states;
}

function containsAll(container: ReadonlySet<number | string>, values: ReadonlySet<number | string>): boolean {
  for (const value of values) if (!container.has(value)) return false;
  return true;
}

/** The values in place according to a read: the elements of a set, or the one value of a register. */
function valuesSeen(operations: Operations, read: number): readonly JsonValue[] {
  const answer = operations.history.decode(operations.output(read)) ?? null;
  return Array.isArray(answer) ? (answer as readonly JsonValue[]) : [answer];
}

function identitiesSeen(operations: Operations, read: number): ReadonlySet<number | string> {
  return new Set(valuesSeen(operations, read).map(identityOf));
}

function strangeValues(operations: Operations, { key, byPlace, attempts, initial = null }: Replicas): ReplicaFault[] {
  const strange = new Map<number | string, { fault: ReplicaFault; places: Map<string, number> }>();
  for (const [place, read] of byPlace) {
    for (const value of valuesSeen(operations, read)) {
      const identity = identityOf(value);
      const attempt = attempts.get(identity);
      if (attempt !== undefined && attempt.outcome !== 'failed') continue;
      const known = strange.get(identity);
      if (known !== undefined) {
        known.places.set(place, read);
        continue;
      }
      const places = new Map([[place, read]]);
      const fault = strangeValue({ key, byPlace: places, value }, attempt, { attempts, initial });
      if (fault !== undefined) strange.set(identity, { fault, places });
    }
  }
  return [...strange.values()].map(({ fault }) => fault);
}

function contextIn(attempts: Replicas['attempts']): Pick<ReplicaFault, 'context'> {
  const [some] = attempts.values();
  return some === undefined ? {} : { context: some.update };
}

function strangeValue(
  found: Pick<ReplicaFault, 'key' | 'byPlace'> & { readonly value: JsonValue },
  attempt: Attempt | undefined,
  { attempts, initial }: { readonly attempts: Replicas['attempts']; readonly initial: JsonValue },
): ReplicaFault | undefined {
  // The initial value is what every key starts with. It stays legal as long as no write was acknowledged.
  if (identityOf(found.value) !== identityOf(initial)) {
    const about = attempt === undefined ? contextIn(attempts) : { update: attempt.update };
    return { ...found, anomaly: 'unexpected', ...about };
  }
  for (const { outcome, update } of attempts.values()) {
    if (outcome === 'acknowledged') return { ...found, anomaly: 'lost', update };
  }
  return undefined;
}

import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Attempt } from '../judging/attempts.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';
import { ofKey } from '../judging/wording.ts';

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
): { readonly faults: readonly ReplicaFault[]; readonly doubt?: string } {
  const faults = strangeValues(operations, replicas);
  if (placesByState(operations, replicas.byPlace).length < 2) return { faults };
  if (couldHaveChangedMeanwhile(operations, replicas)) {
    return {
      faults,
      doubt: `the final reads${ofKey(operations, replicas.key)} differ, but an update without an answer may have taken effect between them`,
    };
  }
  return { faults: [...faults, { anomaly: 'diverged', key: replicas.key, byPlace: replicas.byPlace }] };
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

function strangeValue(
  found: Pick<ReplicaFault, 'key' | 'byPlace'> & { readonly value: JsonValue },
  attempt: Attempt | undefined,
  { attempts, initial }: { readonly attempts: Replicas['attempts']; readonly initial: JsonValue },
): ReplicaFault | undefined {
  // The initial value is what every key starts with. It stays legal as long as no write was acknowledged.
  if (identityOf(found.value) !== identityOf(initial)) {
    return { ...found, anomaly: 'unexpected', ...(attempt === undefined ? {} : { update: attempt.update }) };
  }
  for (const { outcome, update } of attempts.values()) {
    if (outcome === 'acknowledged') return { ...found, anomaly: 'lost', update };
  }
  return undefined;
}

/** Final reads of one key whose orders are all tried, at most; with more of them every difference is a doubt. */
const READS_ORDERED = 12;

/**
 * Whether the differences could be late updates, one after the other, seen in some order of the reads that keeps real
 * time. O(2^reads * reads^2).
 */
function couldHaveChangedMeanwhile(operations: Operations, { byPlace, attempts }: Replicas): boolean {
  const reads = [...byPlace.values()].map((read) => ({
    from: read,
    to: operations.completion(read),
    seen: identitiesSeen(operations, read),
    isSet: Array.isArray(operations.history.decode(operations.output(read))),
  }));
  const mayComeLate = (value: number | string): boolean => attempts.get(value)?.mayComeLate === true;
  if (reads.length > READS_ORDERED) return [...attempts.keys()].some(mayComeLate);
  const all = 2 ** reads.length - 1;
  // What is tried already: the reads placed, and which of them was last.
  const tried = new Set<number>();
  const place = (placed: number, last: number): boolean => {
    if (placed === all) return true;
    const here = placed * (reads.length + 1) + last + 1;
    if (tried.has(here)) return false;
    tried.add(here);
    return reads.some(({ from, seen, isSet }, next) => {
      if ((placed & (1 << next)) !== 0) return false;
      if (reads.some(({ to }, other) => other !== next && (placed & (1 << other)) === 0 && to < from)) return false;
      const before = reads[last]?.seen;
      // A set only grows; a register's value is replaced.
      const canFollow =
        before === undefined ||
        ((!isSet || containsAll(seen, before)) && [...seen].every((value) => before.has(value) || mayComeLate(value)));
      return canFollow && place(placed | (1 << next), next);
    });
  };
  return place(0, -1);
}

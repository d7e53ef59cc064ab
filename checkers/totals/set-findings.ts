import type { Finding } from '../../harness/kernel/verdict.ts';
import { keyMember } from '../judging/group-by-key.ts';
import type { Operations } from '../judging/operations.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { listed, moment, ofKey, plural, quote, when, who } from '../judging/wording.ts';
import type { SetJudgement } from './set-judgement.ts';
import { NEVER, type OddRead, type SetObservations } from './set-observations.ts';

/** One judged set. */
export interface JudgedSet {
  readonly key: number;
  readonly observations: SetObservations;
  readonly judgement: Pick<SetJudgement, 'finals' | 'lost' | 'stale'> & {
    /** The last read that missed each lost element, where there are no final reads. */
    readonly lastMisses?: ReadonlyMap<number, number>;
  };
}

/** The findings about one set, each with the add and the reads that prove it. */
export function tellSet(operations: Operations, set: JudgedSet): Finding[] {
  const { observations, judgement } = set;
  const member = keyMember(operations, set.key);
  const element = (id: number): string => `element ${quote(observations.elements.elementOf(id))}`;
  const oddLabel = (odd: OddRead): string => `element ${quote(odd.element)}`;
  return [
    ...sampleFindings(judgement.lost, {
      anomaly: 'lost',
      label: element,
      tell: (id) => ({ ...member, ...tellLost(operations, set, id) }),
    }),
    ...sampleFindings(observations.unexpected, {
      anomaly: 'unexpected',
      label: oddLabel,
      tell: (odd) => ({ ...member, ...tellUnexpected(operations, set, odd) }),
    }),
    ...sampleFindings(observations.duplicated, {
      anomaly: 'duplicated',
      label: oddLabel,
      tell: (odd) => ({
        ...member,
        ops: operations.entries([odd.read, ...firstAddOf(observations, odd)]),
        message: `Element ${quote(odd.element)} is more than once in one read${ofKey(operations, set.key)} by ${who(operations, odd.read)} ${when(operations, odd.read)}.`,
      }),
    }),
    ...sampleFindings(judgement.stale, {
      anomaly: 'stale',
      label: element,
      tell: (id) => ({ ...member, ...tellStale(operations, set, id) }),
    }),
  ];
}

type Telling = Pick<Finding, 'ops' | 'message'>;

function tellLost(operations: Operations, set: JudgedSet, id: number): Telling {
  const { observations, judgement } = set;
  const name = `Element ${quote(observations.elements.elementOf(id))}${ofKey(operations, set.key)}`;
  const { byPlace } = judgement.finals;
  const lastMiss = judgement.lastMisses?.get(id);
  const misses = lastMiss === undefined ? firstMiss(observations, id) : [lastMiss];
  // What was acknowledged after it was missed is known by a read only.
  const missedAt = lastMiss ?? Math.min(...byPlace.values());
  const isKnownByAdd =
    observations.acknowledgedAt[id] === observations.knownAt[id] ||
    (observations.acknowledgedAt[id] ?? NEVER) < missedAt;
  const known = isKnownByAdd ? byAdd(operations, observations, id) : byRead(operations, observations, id);
  const places = listed([...byPlace.keys()]);
  const missing =
    byPlace.size === 0
      ? `and is in no read that ended after ${moment(operations, judgement.lastMisses?.get(id) ?? 0)}`
      : `and is ${byPlace.size === 1 ? 'not in the final read' : `in none of the ${byPlace.size} final reads`} (${places})`;
  return {
    ops: operations.entries([...known.ops, ...byPlace.values(), ...misses]),
    message: `${name} ${known.words}, ${missing}.`,
  };
}

function tellStale(operations: Operations, set: JudgedSet, id: number): Telling {
  const { observations } = set;
  const isKnownByAdd = observations.acknowledgedAt[id] === observations.knownAt[id];
  const known = isKnownByAdd ? byAdd(operations, observations, id) : byRead(operations, observations, id);
  const [reader = -1] = firstMiss(observations, id);
  const later = lastSighting(operations, set, id);
  const missed = plural(observations.missedBy[id] ?? 0, 'read');
  return {
    ops: operations.entries([...known.ops, reader, ...(later === undefined ? [] : [later])]),
    message: `Element ${quote(observations.elements.elementOf(id))}${ofKey(operations, set.key)} ${known.words}, but ${missed} that began later missed it, first that of ${who(operations, reader)} ${when(operations, reader)}.`,
  };
}

function tellUnexpected(operations: Operations, set: JudgedSet, odd: OddRead): Telling {
  const adds = firstAddOf(set.observations, odd);
  const [add] = adds;
  const reader = `${who(operations, odd.read)} ${when(operations, odd.read)}`;
  const why =
    add === undefined
      ? 'nobody ever tried to add it'
      : add > operations.completion(odd.read)
        ? `its add by ${who(operations, add)} only began later`
        : `its add by ${who(operations, add)} had definitely failed (${operations.errorCode(add) || 'no reason given'})`;
  return {
    ops: operations.entries([odd.read, ...adds]),
    message: `Element ${quote(odd.element)}${ofKey(operations, set.key)} was read by ${reader}, although ${why}.`,
  };
}

interface Knowledge {
  readonly ops: readonly number[];
  readonly words: string;
}

function byAdd(operations: Operations, observations: SetObservations, id: number): Knowledge {
  const add = observations.acknowledgedAdd[id] ?? NEVER;
  return { ops: [add], words: `was added by ${who(operations, add)} (acknowledged ${when(operations, add)})` };
}

function byRead(operations: Operations, observations: SetObservations, id: number): Knowledge {
  const knownAt = observations.knownAt[id];
  const reader = observations.reads.find((read) => operations.completion(read) === knownAt) ?? NEVER;
  return {
    ops: [observations.firstPossibleAdd[id] ?? NEVER, reader],
    words: `was read by ${who(operations, reader)} ${when(operations, reader)}`,
  };
}

function firstMiss(observations: SetObservations, id: number): number[] {
  const knownAt = observations.knownAt[id] ?? NEVER;
  const read = observations.reads.find((at, ordinal) => at > knownAt && !sees(observations, ordinal, id));
  return read === undefined ? [] : [read];
}

/** The read that shows that it was not lost: a final one that has it, or the one that ended last. */
function lastSighting(operations: Operations, { observations, judgement }: JudgedSet, id: number): number | undefined {
  const { reads } = observations;
  const sightings = reads.filter((_, ordinal) => sees(observations, ordinal, id));
  const finals = new Set(judgement.finals.byPlace.values());
  const last = (one: number, other: number): number =>
    operations.completion(other) > operations.completion(one) ? other : one;
  return sightings.find((read) => finals.has(read)) ?? sightings.reduce(last, sightings[0] ?? NEVER);
}

function sees(observations: SetObservations, ordinal: number, id: number): boolean {
  return observations.seen[ordinal]?.includes(id) ?? false;
}

function firstAddOf(observations: SetObservations, odd: OddRead): number[] {
  const id = observations.elements.idOf(odd.element);
  const add = observations.firstAdd[id] ?? NEVER;
  return add === NEVER ? [] : [add];
}

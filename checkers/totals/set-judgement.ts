import type { FinalReads } from '../judging/final-reads.ts';
import { NEVER, type SetObservations } from './set-observations.ts';

/** What the elements of one set came to. Lists hold element numbers. */
export interface SetJudgement {
  readonly finals: FinalReads;
  readonly lost: readonly number[];
  /** Empty unless stale reads are violations here; {@link counts} has their number in any case. */
  readonly stale: readonly number[];
  readonly counts: {
    readonly acknowledged: number;
    /** In at least one final read. */
    readonly present: number;
    readonly lost: number;
    /** Read by somebody, never acknowledged, and in no final read. */
    readonly vanished: number;
    readonly stale: number;
    /** Never acknowledged, yet in a final read. */
    readonly recovered: number;
    /** Acknowledged and in no final read at hand, where that proves nothing. */
    readonly notJudged: number;
  };
}

/** Decides for each element of one set. O(elements + size of the final reads). */
export function judgeSet(
  observations: SetObservations,
  options: { readonly finals: FinalReads; readonly isLinearizable: boolean },
): SetJudgement {
  const { finals, isLinearizable } = options;
  const finalReads = [...finals.byPlace.values()];
  const firstFinal = finalReads.length === 0 ? -1 : Math.min(...finalReads);
  const everyNodeRead = finalReads.length > 0 && finals.missingNodes.length === 0;
  const isPresent = presence(observations, new Set(finalReads));
  const lost: number[] = [];
  const stale: number[] = [];
  const counts = { acknowledged: 0, present: 0, lost: 0, vanished: 0, stale: 0, recovered: 0, notJudged: 0 };
  for (let id = 0; id < observations.elements.size; id++) {
    const acknowledgedAt = observations.acknowledgedAt[id] ?? NEVER;
    const isAcknowledged = acknowledgedAt !== NEVER;
    const wasMissed = (observations.missedBy[id] ?? 0) > 0;
    if (isAcknowledged) counts.acknowledged++;
    if (isPresent[id] === 1) {
      counts.present++;
      if (!isAcknowledged) counts.recovered++;
      if (wasMissed) {
        counts.stale++;
        if (isLinearizable) stale.push(id);
      }
    } else if (isAcknowledged && everyNodeRead && acknowledgedAt < firstFinal) {
      lost.push(id);
    } else if (isLinearizable && wasMissed) {
      lost.push(id);
    } else if (isAcknowledged) {
      counts.notJudged++;
    }
    if (isPresent[id] !== 1 && !isAcknowledged && wasMissed) counts.vanished++;
  }
  return { finals, lost, stale, counts: { ...counts, lost: lost.length } };
}

function presence(observations: SetObservations, finalReads: ReadonlySet<number>): Uint8Array {
  const isPresent = new Uint8Array(observations.elements.size);
  for (const [ordinal, ids] of observations.seen.entries()) {
    if (!finalReads.has(observations.reads[ordinal] ?? -1)) continue;
    for (const id of ids) if (id >= 0) isPresent[id] = 1;
  }
  return isPresent;
}

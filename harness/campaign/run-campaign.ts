import { isHarnessError } from '../kernel/harness-error.ts';
import type { JsonValue } from '../kernel/json.ts';
import {
  CAMPAIGN_RECORD_VERSION,
  type CampaignRecord,
  type CampaignRun,
  type CampaignRunResult,
} from '../store/campaign-record.ts';
import { ResultsLog, writeCampaignRecord, type CampaignFolder } from './campaign-folder.ts';
import { conductRuns, type RunStarter } from './conduct-runs.ts';
import { groupFailures } from './group-failures.ts';
import type { CampaignPlan } from './plan-campaign.ts';

/** Shortest time between two writes of a campaign that is going on. */
const SAVE_INTERVAL_MS = 2000;
/** Writing may take this part of the time at most, however large the campaign. */
const SAVE_SHARE = 0.05;

export interface CampaignSitting {
  readonly plan: CampaignPlan;
  readonly folder: CampaignFolder;
  readonly shard?: NonNullable<CampaignRecord['shard']>;
  /** The runs of this shard, or all. */
  readonly runs: readonly CampaignRun[];
  /** What earlier sittings left. */
  readonly before: Before;
  readonly start: RunStarter;
  /** A command line that runs it again alone. */
  readonly rerun: (run: CampaignRun) => string;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly facts: Readonly<Record<string, JsonValue>>;
  /** By what the campaign is judged, and the judge of a record that is complete so far. */
  readonly judged: NonNullable<CampaignRecord['judged']>;
  readonly judge: (record: CampaignRecord) => CampaignRecord['expectations'];
  /** Writes the page. */
  readonly page: (record: CampaignRecord, options: { readonly live: boolean; readonly writtenAtMs: number }) => void;
  readonly onStart: (run: CampaignRun) => void;
  readonly onResult: (result: CampaignRunResult) => void;
}

/** Results, first start and time of earlier sittings. */
export interface Before {
  readonly results: readonly CampaignRunResult[];
  readonly startedAt?: string;
  readonly elapsedMs: number;
}

/**
 * One sitting of a campaign: makes the runs that have no result yet, keeps every result at once, and the record and the
 * page now and then and at the end. Whoever calls it holds the folder's lock. Rejects with storage errors; what was
 * finished by then is kept.
 */
export async function runCampaign(sitting: CampaignSitting): Promise<CampaignRecord> {
  const { plan, folder, nowMs } = sitting;
  const book = new CampaignBook(sitting);
  const log = new ResultsLog(folder);
  const saver = new Saver(nowMs, () => book.save({ live: true }));
  let ticking: NodeJS.Timeout | undefined;
  try {
    saver.saveNow();
    ticking = setInterval(() => saver.tick(), SAVE_INTERVAL_MS);
    const stopped = await conductRuns({
      todo: book.todo(),
      budget: plan.budget,
      parallel: plan.parallel,
      retries: plan.retries,
      start: sitting.start,
      rerun: sitting.rerun,
      signal: sitting.signal,
      nowMs,
      onStart: sitting.onStart,
      onResult: (result) => {
        log.append(result);
        book.add(result);
        sitting.onResult(result);
        saver.saveSometimes();
      },
    });
    return book.save({ live: false, stopped });
  } finally {
    clearInterval(ticking);
    log.close();
  }
}

/** The record of a campaign of which nothing has been made yet. */
export function begunRecord(
  begun: Pick<CampaignRecord, 'startedAt' | 'facts'> & {
    readonly plan: CampaignPlan;
    readonly shard: CampaignRecord['shard'];
    readonly judged: NonNullable<CampaignRecord['judged']>;
  },
): CampaignRecord {
  const { plan, shard, judged, startedAt, facts } = begun;
  return {
    version: CAMPAIGN_RECORD_VERSION,
    name: plan.name,
    planHash: plan.hash,
    planned: plan.runs,
    ownPromises: plan.ownPromises,
    ...(shard === undefined ? {} : { shard }),
    results: [],
    groups: [],
    expectations: [],
    judged,
    startedAt,
    elapsedMs: 0,
    stopped: 'interrupted',
    facts,
  };
}

/** The results so far, and the record they make. */
class CampaignBook {
  readonly #sitting: CampaignSitting;
  readonly #results: Map<string, CampaignRunResult>;
  readonly #startMs: number;

  constructor(sitting: CampaignSitting) {
    this.#sitting = sitting;
    this.#results = new Map(sitting.before.results.map((result) => [result.run.id, result]));
    this.#startMs = sitting.nowMs();
  }

  todo(): readonly CampaignRun[] {
    return this.#sitting.runs.filter(({ id }) => !this.#results.has(id));
  }

  add(result: CampaignRunResult): void {
    this.#results.set(result.run.id, result);
  }

  save(how: { readonly live: boolean; readonly stopped?: CampaignRecord['stopped'] }): CampaignRecord {
    const record = this.#record(how.live ? 'interrupted' : how.stopped);
    writeCampaignRecord(this.#sitting.folder, record);
    this.#sitting.page(record, { live: how.live, writtenAtMs: this.#sitting.nowMs() });
    return record;
  }

  /** While it goes on the record says `interrupted`: that is what it is if nobody writes it again. */
  #record(stopped: CampaignRecord['stopped']): CampaignRecord {
    const { plan, shard, before, nowMs, facts, judge, judged } = this.#sitting;
    const results = plan.runs.flatMap(({ id }) => this.#results.get(id) ?? []);
    const { stopped: _, ...begun } = begunRecord({
      plan,
      shard,
      judged,
      facts,
      startedAt: before.startedAt ?? new Date(this.#startMs).toISOString(),
    });
    const record: CampaignRecord = {
      ...begun,
      results,
      groups: groupFailures(results),
      elapsedMs: Math.round(before.elapsedMs + nowMs() - this.#startMs),
      ...(stopped === undefined ? {} : { stopped }),
    };
    return { ...record, expectations: judge(record) };
  }
}

/** Saves now and then, the more rarely the longer it takes. */
class Saver {
  readonly #nowMs: () => number;
  readonly #save: () => void;
  #nextMs = 0;

  constructor(nowMs: () => number, save: () => void) {
    this.#nowMs = nowMs;
    this.#save = save;
  }

  /** While long runs go on the page tells the time. What cannot be written now is told by the next result. */
  tick(): void {
    try {
      this.saveSometimes();
    } catch (error) {
      if (!isHarnessError(error)) throw error;
    }
  }

  saveSometimes(): void {
    if (this.#nowMs() >= this.#nextMs) this.saveNow();
  }

  saveNow(): void {
    const startMs = this.#nowMs();
    this.#save();
    const endMs = this.#nowMs();
    this.#nextMs = endMs + Math.max(SAVE_INTERVAL_MS, (endMs - startMs) / SAVE_SHARE);
  }
}

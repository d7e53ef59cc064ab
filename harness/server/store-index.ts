import { readdirSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readRunRequest } from '../store/read-run-request.ts';
import { readRunRecord, runFolder } from '../store/run-folder.ts';
import { campaignFolder } from '../campaign/campaign-folder.ts';
import { campaignOwner } from '../campaign/campaign-lock.ts';
import { IndexCache, type FileStamp } from './index-cache.ts';
import { entryOfNothing, entryOfPlan, entryOfRecord, type RunEntry } from './run-entry.ts';

/** A campaign's folder as it stands in the store. */
export interface CampaignEntry {
  /** From the store, with `/` between the parts. */
  readonly path: string;
  readonly stamp: FileStamp;
  /** True while a living process of this machine has the campaign locked. */
  readonly live: boolean;
}

/** What a store holds at one moment; runs are the newest first. */
export interface StoreContent {
  readonly runs: readonly RunEntry[];
  readonly campaigns: readonly CampaignEntry[];
  /** True where the folder holds so much that the rest of it was passed over. */
  readonly cut: boolean;
}

/** A run without record counts as running for so long after its files last changed. */
const QUIET_MS = 60_000;
/** A listing is served from memory for so long: clicking through pages does not walk the store again. */
const FRESH_MS = 1500;
/** Folders are nested at most so deep: `campaigns/<name>/<time>/runs/<name>/<time>`. */
const DEPTH_MAX = 7;
/** Folders that are looked into: somebody may have named a whole disk as the store. */
const FOLDERS_MAX = 200_000;
/** Work between two turns of the event loop, so that other requests are answered while a large store is read. */
const TURN_MS = 20;

/**
 * The runs and campaigns of a store. Records are read once: entries are kept, in memory and in a file in the store, for
 * as long as the record's size and time stay the same.
 */
export class StoreIndex {
  readonly #store: string;
  readonly #now: () => number;
  readonly #cache: IndexCache;
  #content: StoreContent = { runs: [], campaigns: [], cut: false };
  #readAt = -Infinity;
  #reading: Promise<StoreContent> | undefined;
  #foldersLeft = FOLDERS_MAX;

  constructor(store: string, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
    this.#cache = new IndexCache(store);
  }

  /** The store's content, at most {@link FRESH_MS} old. Requests that come together share one walk. */
  async content(): Promise<StoreContent> {
    if (this.#now() - this.#readAt < FRESH_MS) return this.#content;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return await this.#reading;
  }

  async #read(): Promise<StoreContent> {
    const runs: RunEntry[] = [];
    const campaigns: CampaignEntry[] = [];
    let turnEndsAt = this.#now() + TURN_MS;
    this.#foldersLeft = FOLDERS_MAX;
    for (const folder of this.#folders('', 0)) {
      if (folder.campaign !== undefined) campaigns.push(folder.campaign);
      else if (folder.files.has('plan.json')) runs.push(this.#entry(folder.path, folder.files));
      if (this.#now() < turnEndsAt) continue;
      await nextTurn();
      turnEndsAt = this.#now() + TURN_MS;
    }
    runs.sort((left, right) => (left.startedAt < right.startedAt ? 1 : left.startedAt > right.startedAt ? -1 : 0));
    campaigns.sort((left, right) => right.stamp.mtimeMs - left.stamp.mtimeMs);
    this.#cache.keepOnly(new Set(runs.map((run) => run.path)));
    this.#content = { runs, campaigns, cut: this.#foldersLeft <= 0 };
    this.#readAt = this.#now();
    return this.#content;
  }

  /** Folders from `relative` down, but not into runs. Symbolic links and names with a leading dot are passed over. */
  *#folders(relative: string, depth: number): Generator<Found> {
    if (this.#foldersLeft-- <= 0) return;
    const listing = list(path.join(this.#store, relative));
    const files = new Set(listing.filter((each) => each.isFile()).map(({ name }) => name));
    yield { path: relative, files, ...this.#campaign(relative, files) };
    if (depth >= DEPTH_MAX || files.has('plan.json')) return;
    for (const each of listing) {
      if (!each.isDirectory() || each.name.startsWith('.')) continue;
      yield* this.#folders(relative === '' ? each.name : `${relative}/${each.name}`, depth + 1);
    }
  }

  #campaign(relative: string, files: ReadonlySet<string>): { readonly campaign?: CampaignEntry } {
    if (!files.has('campaign.json')) return {};
    const folder = campaignFolder(path.join(this.#store, relative));
    const stamp = stampOf(folder.recordFile);
    const live = files.has('lock') && campaignOwner(folder) !== undefined;
    return stamp === undefined ? {} : { campaign: { path: relative, stamp, live } };
  }

  #entry(relative: string, files: ReadonlySet<string>): RunEntry {
    const folder = runFolder(path.join(this.#store, relative));
    const stamp = files.has('results.json') ? stampOf(folder.resultsFile) : undefined;
    if (stamp === undefined) return this.#withoutRecord(relative, files);
    const hasReport = files.has('report.html');
    const known = this.#cache.get(relative, stamp);
    // The report is written after the record.
    if (known !== undefined) return known.hasReport === hasReport ? known : { ...known, hasReport };
    const entry = readEntry(relative, folder.directory, hasReport);
    this.#cache.set(relative, stamp, entry);
    return entry;
  }

  #withoutRecord(relative: string, files: ReadonlySet<string>): RunEntry {
    const folder = runFolder(path.join(this.#store, relative));
    const candidates = [folder.planFile, folder.historyFile, folder.traceFile].filter((file) =>
      files.has(path.basename(file)),
    );
    const changedMs = Math.max(0, ...candidates.map((file) => stampOf(file)?.mtimeMs ?? 0));
    const quiet = this.#now() - changedMs > QUIET_MS;
    try {
      return entryOfPlan(
        relative,
        readRunRequest(folder.planFile),
        quiet ? 'unfinished' : 'running',
        quiet ? 'it has no result' : '',
      );
    } catch (error) {
      return entryOfNothing(relative, messageOf(error));
    }
  }
}

interface Found {
  readonly path: string;
  readonly files: ReadonlySet<string>;
  readonly campaign?: CampaignEntry;
}

function readEntry(relative: string, directory: string, hasReport: boolean): RunEntry {
  try {
    return entryOfRecord(relative, readRunRecord(directory), hasReport);
  } catch (error) {
    return entryOfNothing(relative, messageOf(error));
  }
}

function list(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    // Removed meanwhile, or not ours to read: what can be read is shown.
    return [];
  }
}

function stampOf(file: string): FileStamp | undefined {
  const status = statSync(file, { throwIfNoEntry: false });
  return status === undefined ? undefined : { mtimeMs: status.mtimeMs, size: status.size };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

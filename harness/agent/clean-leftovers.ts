import { statSync } from 'node:fs';
import { dockerEngine, dockerSocketPath, type DockerEngine } from './docker-engine.ts';
import { healRun } from './heal-run.ts';
import { labelledResources, type LabelledResource, type ResourceKind } from './labelled-resources.ts';
import { isAlive, parseIdentity } from './process-identity.ts';
import { readJournals, removeJournal, runOfJournal, type StoredJournal } from './run-journal.ts';
import { stateDirectory } from './state-directory.ts';

export interface CleanOptions {
  /** The folder that the runs' agents were given; {@link stateDirectory} when absent. */
  readonly journalDirectory?: string;
  readonly dockerSocket?: string;
  /** Only this run. Everything that is ours when absent. */
  readonly runId?: string;
}

export interface CleanReport {
  /** Runs of which nothing is left now. */
  readonly healedRuns: readonly string[];
  /** Runs that are being served right now; nothing of theirs was touched. */
  readonly liveRuns: readonly string[];
  readonly removed: Readonly<Record<ResourceKind, number>>;
  /** What could not be healed or decided, one plain line each. */
  readonly errors: readonly string[];
}

/** A journal without a whole record younger than this may be one whose agent is just starting. */
const STARTING_MS = 10_000;

/**
 * Heals and removes what dead runs left: from their journals (frozen and skewed processes, firewall rules), and by their
 * labels (containers, networks, volumes). A run is alive while its agent runs, or, before it has an agent, while the
 * process that made its containers runs; live runs are not touched. Never rejects; safe to run at any time, by several at
 * once. Costs some 20 ms where nothing is left.
 */
export async function cleanLeftovers(options: CleanOptions = {}): Promise<CleanReport> {
  const engine = dockerEngine(options.dockerSocket ?? dockerSocketPath());
  const isAsked = (runId: string): boolean => options.runId === undefined || options.runId === runId;
  const tally = cleanTally();
  try {
    const journals = readJournals(options.journalDirectory ?? stateDirectory());
    for (const journal of journals) {
      const runId = runOfJournal(journal.path);
      if (!isAsked(runId)) continue;
      if (isServed(journal)) tally.live(runId);
      else await cleanRun(tally, engine, runId, journal);
    }
    const resources = await labelledResources(engine, options.runId);
    for (const runId of new Set(resources.map((resource) => resource.runId))) {
      if (tally.hasSeen(runId)) continue;
      const ofRun = resources.filter((resource) => resource.runId === runId);
      await cleanUnjournalled(tally, engine, runId, ofRun);
    }
  } catch (error) {
    tally.fail(error instanceof Error ? error.message : String(error));
  }
  return tally.report();
}

interface Tally {
  live(runId: string): void;
  healed(runId: string, removed: CleanReport['removed']): void;
  fail(message: string): void;
  hasSeen(runId: string): boolean;
  report(): CleanReport;
}

function cleanTally(): Tally {
  const healedRuns: string[] = [];
  const liveRuns: string[] = [];
  const errors: string[] = [];
  const removed = { container: 0, network: 0, volume: 0 };
  return {
    live: (runId) => void liveRuns.push(runId),
    healed(runId, { container, network, volume }) {
      healedRuns.push(runId);
      removed.container += container;
      removed.network += network;
      removed.volume += volume;
    },
    fail: (message) => void errors.push(message),
    hasSeen: (runId) => healedRuns.includes(runId) || liveRuns.includes(runId),
    report: () => ({ healedRuns, liveRuns, removed, errors }),
  };
}

async function cleanRun(tally: Tally, engine: DockerEngine, runId: string, journal?: StoredJournal): Promise<void> {
  const { removed, errors } = await healRun({ runId, engine, records: journal?.records ?? [] });
  for (const error of errors) tally.fail(`run ${runId}: ${error}`);
  tally.healed(runId, removed);
  if (journal && errors.length === 0) removeJournal(journal.path);
}

/** Containers without a journal: their run ended, or died before it had an agent, or is about to start one. */
async function cleanUnjournalled(
  tally: Tally,
  engine: DockerEngine,
  runId: string,
  resources: readonly LabelledResource[],
): Promise<void> {
  const owners = resources.map(({ owner }) => parseIdentity(owner));
  if (owners.some((owner) => owner && isAlive(owner))) tally.live(runId);
  else if (owners.some((owner) => owner)) await cleanRun(tally, engine, runId);
  else
    tally.fail(
      `run ${runId} left ${resources.map(({ name }) => name).join(', ')}; they name no owner: remove them by hand`,
    );
}

function isServed({ path, records }: StoredJournal): boolean {
  const runs = records.filter((record) => record.type === 'run');
  if (runs.length === 0) return Date.now() - statSync(path).mtimeMs < STARTING_MS;
  return runs.some(({ agent }) => isAlive(agent));
}

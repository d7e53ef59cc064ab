import { RUN_STATES, type RunEntry } from './run-entry.ts';

/** Runs on one page of the list. */
export const PAGE_SIZE = 100;

/** Columns by which the list can be sorted. */
export const SORT_KEYS = ['started', 'target', 'workload', 'verdict', 'seed', 'operations', 'rate', 'took'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Which runs are asked for. Empty texts mean all. */
export interface RunQuery {
  /** Words, all of which a run must contain somewhere. */
  readonly search: string;
  readonly target: string;
  readonly workload: string;
  readonly environment: string;
  readonly verdict: string;
  readonly fault: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** From 1. */
  readonly page: number;
}

/** Names of the query's filters, as they stand in the URL and in the form. */
export const FILTER_NAMES = ['target', 'workload', 'environment', 'verdict', 'fault'] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** Reads a query from a URL. Whatever is malformed falls back to its default. */
export function parseRunQuery(parameters: URLSearchParams): RunQuery {
  const text = (name: string): string => (parameters.get(name) ?? '').slice(0, 200);
  const page = Number(parameters.get('page') ?? '1');
  return {
    search: text('q'),
    target: text('target'),
    workload: text('workload'),
    environment: text('environment'),
    verdict: text('verdict'),
    fault: text('fault'),
    sort: SORT_KEYS.find((key) => key === parameters.get('sort')) ?? 'started',
    descending: parameters.get('order') !== 'up',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The URL of a list with some of its query changed. Changing anything but the page leads to the first one. */
export function runQueryHref(query: RunQuery, change: Partial<RunQuery>): string {
  const wanted = { ...query, page: 1, ...change };
  const parameters = new URLSearchParams();
  if (wanted.search !== '') parameters.set('q', wanted.search);
  for (const name of FILTER_NAMES) if (wanted[name] !== '') parameters.set(name, wanted[name]);
  if (wanted.sort !== 'started') parameters.set('sort', wanted.sort);
  if (!wanted.descending) parameters.set('order', 'up');
  if (wanted.page > 1) parameters.set('page', String(wanted.page));
  const text = parameters.toString();
  return text === '' ? '/' : `/?${text}`;
}

/** A page of the runs that a query asks for. */
export interface QueriedRuns {
  readonly matching: number;
  readonly pages: number;
  /** The page that is shown; the last one where the query names one beyond. */
  readonly page: number;
  readonly runs: readonly RunEntry[];
}

/** Carries a query out. O(runs log runs). */
export function queryRuns(all: readonly RunEntry[], query: RunQuery): QueriedRuns {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  const matching = all.filter(
    (run) => FILTER_NAMES.every((name) => passes(run, name, query[name])) && contains(run, words),
  );
  const order = ORDERS[query.sort];
  // Entries come newest first, and sorting keeps that among equals.
  if (query.sort !== 'started' || !query.descending) {
    matching.sort((left, right) => (query.descending ? order(right, left) : order(left, right)));
  }
  const pages = Math.max(1, Math.ceil(matching.length / PAGE_SIZE));
  const page = Math.min(query.page, pages);
  return { matching: matching.length, pages, page, runs: matching.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE) };
}

/** What a filter can be set to, in the store as it is. */
export function filterValues(all: readonly RunEntry[], name: FilterName): readonly string[] {
  if (name === 'verdict') return RUN_STATES;
  const values = new Set<string>();
  for (const run of all) {
    if (name === 'fault') for (const fault of run.faults) values.add(fault);
    else values.add(run[name]);
  }
  values.delete('');
  return [...values].sort();
}

function passes(run: RunEntry, name: FilterName, wanted: string): boolean {
  if (wanted === '') return true;
  switch (name) {
    case 'fault':
      return run.faults.some((fault) => fault === wanted);
    case 'verdict':
      return run.state === wanted;
    case 'target':
    case 'workload':
    case 'environment':
      return run[name] === wanted;
  }
}

function contains(run: RunEntry, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text =
    `${run.path} ${run.state} ${run.target} ${run.change} ${run.workload} ${run.environment} ${run.faults.join(' ')} ${run.seed} ${run.found} ${run.startedAt}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

const collator = new Intl.Collator('en', { numeric: true });

const ORDERS: Readonly<Record<SortKey, (left: RunEntry, right: RunEntry) => number>> = {
  started: (left, right) => (left.startedAt < right.startedAt ? -1 : left.startedAt > right.startedAt ? 1 : 0),
  target: (left, right) => collator.compare(left.target, right.target),
  workload: (left, right) => collator.compare(left.workload, right.workload),
  verdict: (left, right) => RUN_STATES.indexOf(left.state) - RUN_STATES.indexOf(right.state),
  seed: (left, right) => collator.compare(left.seed, right.seed),
  operations: (left, right) => total(left) - total(right),
  rate: (left, right) => left.okPerSecond - right.okPerSecond,
  took: (left, right) => left.elapsedMs - right.elapsedMs,
};

function total({ operations }: RunEntry): number {
  return operations.ok + operations.fail + operations.info;
}

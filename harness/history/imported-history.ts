import type { History } from '../kernel/history.ts';

/** File formats that {@link readAnyHistory} reads, as `--format` names them. */
export const HISTORY_FORMATS = [
  'faultline',
  'jsonl',
  'json',
  'edn',
  'jepsen-log',
  'limo',
  'awdit',
  'plume',
  'dbcop',
] as const;
export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

/** Formats that know the order within each session and no times: what they say of order between sessions is made up. */
const SESSION_FORMATS: readonly HistoryFormat[] = ['awdit', 'plume', 'dbcop'];

/** Whether a format knows only the order within each session, so that nothing in real time can be judged. */
export function isSessionOrdered(format: HistoryFormat): boolean {
  return SESSION_FORMATS.includes(format);
}

/** Something that the file holds and the history does not. */
export interface IgnoredInput {
  readonly what: string;
  readonly count: number;
}

/** A history read from a file of any format. */
export interface ImportedHistory {
  readonly history: History;
  readonly format: HistoryFormat;
  /** False when the file says that its end is missing; only our own format can tell. `history` is a prefix then. */
  readonly complete: boolean;
  /** Everything that was left out, counted. */
  readonly ignored: readonly IgnoredInput[];
  /** What had to be assumed, one sentence each. */
  readonly notes: readonly string[];
}

export interface ImportOptions {
  /** Default: detected from the first bytes. */
  readonly format?: HistoryFormat | undefined;
  /**
   * Whether values are Jepsen's independent tuples `[key value]`. Default: yes where no entry has a key, every value of a
   * client is a pair, and not all functions are `cas` (whose arguments are pairs by themselves).
   */
  readonly independent?: boolean | undefined;
  /** Puts the columns into shared memory, for checkers in other threads. */
  readonly shared?: boolean | undefined;
}

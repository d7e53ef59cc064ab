import { HarnessError } from '../harness/kernel/harness-error.ts';
import type { JsonValue } from '../harness/kernel/json.ts';

/** `any`: what was never answered counts as valid. Read by all who ask for an order of operations. */
const POWER = 'power';
const LINEARIZABILITY = ['model', 'initial', 'failedCas', 'nullReads', 'maxHolds', 'permits', POWER] as const;
const FINAL_READS = ['finalFromNs', 'nodes'] as const;

/** How values of registers are to be read. */
const VALUES = ['initial', 'nullReads'] as const;
/** Also whether keys are one store or an object each. */
const STORE = ['scope', ...VALUES, POWER] as const;

/** Names of the options that each checker reads, `level` and `model` included; a checker without a line reads none. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  linearizability: LINEARIZABILITY,
  set: ['level', ...FINAL_READS],
  'set-full': ['level'],
  convergence: [...FINAL_READS, ...VALUES],
  queue: ['allowDuplicates'],
  'total-queue': ['allowDuplicates'],
  counter: ['initial'],
  bank: ['total', 'accounts', 'negativeBalances'],
  monotonic: ['level'],
  kafka: ['wwDeps'],
  lock: ['lease', 'leaseMs'],
  broadcast: FINAL_READS,
  sequential: STORE,
  causal: STORE,
  'causal-convergence': STORE,
  'causal-memory': STORE,
  pram: STORE,
  'read-your-writes': STORE,
  'monotonic-reads': STORE,
  'monotonic-writes': STORE,
  'writes-follow-reads': STORE,
  regular: STORE,
  safe: STORE,
  'two-atomic': STORE,
  staleness: ['maxVersions', 'maxMs', ...VALUES, POWER],
  assumptions: [
    'faultKinds',
    'minOpsDuringFault',
    'ops',
    'finalFromNs',
    'minOkByF',
    'minOk',
    'minOkTotal',
    'level',
    'minContention',
  ],
  'log-patterns': ['patterns', 'logs', 'linesSearched', 'decides'],
  'list-append': ['level', POWER],
  'rw-register': ['level', 'sequentialKeys', 'linearizableKeys', POWER],
  'weak-isolation': ['level', POWER],
  guarantees: ['level', ...LINEARIZABILITY, ...FINAL_READS],
};

/** Names of the options that a checker reads. Whoever takes options from people refuses the others. */
export function optionNamesOf(checker: string): readonly string[] {
  return OPTIONS[checker] ?? [];
}

/** What every run tells all of its checks about itself, whether they ask or not. */
const TOLD_BY_RUNS: readonly string[] = ['nodes', 'mainFromNs', 'mainToNs', 'finalFromNs'];

/**
 * Throws HarnessError `usage` for options that the checker does not read: a misspelt one would change the verdict. What
 * runs tell all of their checks may be there.
 */
export function refuseUnreadOptions(checker: string, options: Readonly<Record<string, JsonValue>> = {}): void {
  const asked = Object.entries(options).filter(([name]) => !TOLD_BY_RUNS.includes(name));
  refuseOptionsUnreadByAll([checker], Object.fromEntries(asked));
}

/** Throws HarnessError `usage` for options, given for several checkers together, that none of them reads. */
export function refuseOptionsUnreadByAll(
  checkers: readonly string[],
  options: Readonly<Record<string, JsonValue>> = {},
): void {
  const known = new Set(checkers.flatMap(optionNamesOf));
  const unread = Object.keys(options).find((name) => !known.has(name));
  if (unread === undefined) return;
  const names = [...known].join(', ') || 'none';
  throw new HarnessError('usage', `${checkers.join(' and ')} has no option ${unread}; there are: ${names}`);
}

/** Throws HarnessError `usage` for members of an argument that mean nothing; `what` names the argument. */
export function refuseUnknownMembers(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new HarnessError('usage', `${what} takes no ${unknown}; there are: ${known.join(', ')}`);
}

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

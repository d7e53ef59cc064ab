const LINEARIZABILITY = ['model', 'initial', 'failedCas', 'nullReads', 'maxHolds', 'permits'] as const;
const FINAL_READS = ['finalFromNs', 'nodes'] as const;

/** Whether keys are one store or an object each. */
const SCOPE = ['scope'];

/** Names of the options that each checker reads, `level` and `model` included; a checker without a line reads none. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  linearizability: LINEARIZABILITY,
  set: ['level', ...FINAL_READS],
  'set-full': ['level'],
  convergence: FINAL_READS,
  queue: ['allowDuplicates'],
  'total-queue': ['allowDuplicates'],
  bank: ['total', 'accounts', 'negativeBalances'],
  monotonic: ['level'],
  kafka: ['wwDeps'],
  lock: ['lease', 'leaseMs'],
  broadcast: FINAL_READS,
  sequential: SCOPE,
  causal: SCOPE,
  'causal-convergence': SCOPE,
  'causal-memory': SCOPE,
  pram: SCOPE,
  'read-your-writes': SCOPE,
  'monotonic-reads': SCOPE,
  'monotonic-writes': SCOPE,
  'writes-follow-reads': SCOPE,
  regular: SCOPE,
  safe: SCOPE,
  'two-atomic': SCOPE,
  staleness: ['maxVersions', 'maxMs'],
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
  'list-append': ['level'],
  'rw-register': ['level', 'sequentialKeys', 'linearizableKeys'],
  'weak-isolation': ['level'],
  guarantees: ['level', ...LINEARIZABILITY, ...FINAL_READS],
};

/** Names of the options that a checker reads. Whoever takes options from people refuses the others. */
export function optionNamesOf(checker: string): readonly string[] {
  return OPTIONS[checker] ?? [];
}

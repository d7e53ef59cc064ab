/** Names of the transactional levels, each after those it implies. */
export const LEVELS = [
  'read-uncommitted',
  'read-committed',
  'monotonic-atomic-view',
  'monotonic-view',
  'cursor-stability',
  'consistent-view',
  'forward-consistent-view',
  'update-serializable',
  'monotonic-snapshot-read',
  'repeatable-read',
  'read-atomic',
  'causal',
  'update-atomic',
  'parallel-snapshot-isolation',
  'prefix',
  'snapshot-isolation',
  'serializable',
  'strong-session-read-uncommitted',
  'strong-session-read-committed',
  'strong-session-snapshot-isolation',
  'strong-session-serializable',
  'strong-read-uncommitted',
  'strong-read-committed',
  'strong-snapshot-isolation',
  'strict-serializable',
] as const;
export type Level = (typeof LEVELS)[number];

interface Rule {
  /** The next weaker levels. */
  readonly implies: readonly Level[];
  /** Anomalies forbidden beyond what those levels forbid. */
  readonly proscribes: readonly string[];
}

/**
 * The lattice of transactional levels: after Adya (1999), Bailis et al. (VLDB 2014), Cerone, Bernardi and Gotsman (CONCUR
 * 2015), and Elle. Not everything that breaks a level has a name here: see {@link isTested}. That monotonic views imply
 * monotonic atomic ones follows from their definitions: a read that missed what an earlier one showed (OTV) is a circle
 * with one anti-dependency and the order of the two reads (Adya's G-monotonic).
 */
const RULES: Readonly<Record<Level, Rule>> = {
  'read-uncommitted': { implies: [], proscribes: ['G0', 'duplicate-elements', 'cyclic-versions', 'garbage-read'] },
  'read-committed': {
    implies: ['read-uncommitted'],
    proscribes: ['G1a', 'G1b', 'G1c', 'incompatible-order', 'dirty-update', 'future-read'],
  },
  'monotonic-atomic-view': {
    implies: ['read-committed'],
    proscribes: ['OTV', 'NonMonoReadCO', 'NonMonoReadAO'],
  },
  'monotonic-view': { implies: ['monotonic-atomic-view'], proscribes: [] },
  'cursor-stability': { implies: ['read-committed'], proscribes: ['lost-update'] },
  'consistent-view': { implies: ['cursor-stability', 'monotonic-view'], proscribes: ['G-single'] },
  'forward-consistent-view': { implies: ['consistent-view'], proscribes: [] },
  'update-serializable': { implies: ['forward-consistent-view'], proscribes: ['G-update', 'write-skew'] },
  'monotonic-snapshot-read': { implies: ['read-committed'], proscribes: [] },
  'repeatable-read': {
    implies: ['cursor-stability', 'monotonic-atomic-view'],
    proscribes: ['G-single', 'G-nonadjacent', 'G2-item', 'write-skew'],
  },
  'read-atomic': {
    implies: ['monotonic-atomic-view'],
    proscribes: ['internal', 'FracturedReadCO', 'FracturedReadAO'],
  },
  causal: { implies: ['read-atomic'], proscribes: ['COConflictAO', 'ConflictAO'] },
  'update-atomic': { implies: ['read-atomic'], proscribes: ['lost-update'] },
  'parallel-snapshot-isolation': { implies: ['causal', 'update-atomic'], proscribes: ['G-single'] },
  prefix: { implies: ['causal'], proscribes: ['G-prefix'] },
  'snapshot-isolation': {
    implies: [
      'forward-consistent-view',
      'monotonic-atomic-view',
      'monotonic-snapshot-read',
      'parallel-snapshot-isolation',
      'prefix',
    ],
    proscribes: ['G-nonadjacent'],
  },
  serializable: { implies: ['repeatable-read', 'snapshot-isolation', 'update-serializable'], proscribes: [] },
  'strong-session-read-uncommitted': { implies: ['read-uncommitted'], proscribes: ['G0-process'] },
  'strong-session-read-committed': {
    implies: ['strong-session-read-uncommitted', 'read-committed'],
    proscribes: ['G1c-process'],
  },
  'strong-session-snapshot-isolation': {
    implies: ['snapshot-isolation', 'strong-session-read-committed'],
    proscribes: ['G-single-process', 'G-nonadjacent-process'],
  },
  'strong-session-serializable': {
    implies: ['serializable', 'strong-session-snapshot-isolation'],
    proscribes: ['G2-item-process'],
  },
  'strong-read-uncommitted': { implies: ['strong-session-read-uncommitted'], proscribes: ['G0-realtime'] },
  'strong-read-committed': {
    implies: ['strong-read-uncommitted', 'strong-session-read-committed'],
    proscribes: ['G1c-realtime'],
  },
  'strong-snapshot-isolation': {
    implies: ['strong-session-snapshot-isolation', 'strong-read-committed'],
    proscribes: ['G-single-realtime', 'G-nonadjacent-realtime'],
  },
  'strict-serializable': {
    implies: ['strong-session-serializable', 'strong-snapshot-isolation'],
    proscribes: ['G2-item-realtime'],
  },
};

/** Levels that are settled by looking at what transactions see of each other, and not by cycles of dependencies. */
export const DIRECT_LEVELS = ['monotonic-atomic-view', 'read-atomic', 'causal'] as const;
export type DirectLevel = (typeof DIRECT_LEVELS)[number];

const UNTESTED: ReadonlySet<Level> = new Set<Level>([
  'monotonic-view',
  'forward-consistent-view',
  'monotonic-snapshot-read',
  'update-atomic',
  ...DIRECT_LEVELS,
]);

/** Why a level that is not tested by itself is open. */
export const NOT_TESTED =
  'no anomaly rules the level out, but it has no test of its own, and no stronger one was proven';

/** Whether a level is possible as soon as its anomalies are not there. The others follow only from stronger ones. */
export function isTested(level: Level): boolean {
  return !UNTESTED.has(level);
}

/** Other names that people use for the same levels. */
const ALIASES: Readonly<Record<string, Level>> = {
  'PL-1': 'read-uncommitted',
  'PL-2': 'read-committed',
  'PL-CS': 'cursor-stability',
  'PL-2L': 'monotonic-view',
  'PL-2+': 'consistent-view',
  'PL-FCV': 'forward-consistent-view',
  'PL-3U': 'update-serializable',
  'PL-MSR': 'monotonic-snapshot-read',
  'PL-2.99': 'repeatable-read',
  'PL-SI': 'snapshot-isolation',
  'PL-3': 'serializable',
  'PL-SS': 'strict-serializable',
  'strong-serializable': 'strict-serializable',
};

/** The level of that name or alias, or undefined. */
export function levelNamed(name: string): Level | undefined {
  return LEVELS.find((level) => level === name) ?? ALIASES[name];
}

/** The levels that a level implies directly. */
export function nextWeaker(level: Level): readonly Level[] {
  return RULES[level].implies;
}

/** Whether a level forbids an anomaly, itself or through a level it implies. */
export function proscribes(level: Level, anomaly: string): boolean {
  return PROSCRIBED.get(level)?.has(anomaly) === true;
}

/** All that each level forbids. */
const PROSCRIBED: ReadonlyMap<Level, ReadonlySet<string>> = proscribedByAll();

function proscribedByAll(): ReadonlyMap<Level, ReadonlySet<string>> {
  const all = new Map<Level, ReadonlySet<string>>();
  for (const level of LEVELS) {
    const { implies, proscribes: own } = RULES[level];
    all.set(level, new Set([...own, ...implies.flatMap((weaker) => [...(all.get(weaker) ?? [])])]));
  }
  return all;
}

/** The levels that these anomalies rule out, weakest first. */
export function ruledOutBy(anomalies: Iterable<string>): readonly Level[] {
  const found = [...anomalies];
  return LEVELS.filter((level) => found.some((anomaly) => proscribes(level, anomaly)));
}

/** Those of the levels that imply none of the others: the weakest of a set that is closed upwards. */
export function weakestOf(levels: readonly Level[]): readonly Level[] {
  return levels.filter((level) => !levels.some((other) => other !== level && implies(level, other)));
}

/** Those of the levels that none of the others implies. */
export function strongestOf(levels: readonly Level[]): readonly Level[] {
  return levels.filter((level) => !levels.some((other) => other !== level && implies(other, level)));
}

/** Whether a level implies another one, directly or not. */
export function implies(stronger: Level, weaker: Level): boolean {
  return RULES[stronger].implies.some((next) => next === weaker || implies(next, weaker));
}

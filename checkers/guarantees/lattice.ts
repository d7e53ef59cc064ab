import { LEVELS, nextWeaker } from '../transactions/levels.ts';

/**
 * The consistency models of single objects, strongest first. Names are those of Jepsen's consistency map where it has
 * them.
 *
 * Jepsen's map has one `causal`, which implies PRAM. Here it is split after Bouajjani et al. (POPL 2017): `causal` is
 * what all causal models share, `causal-convergence` adds that everybody agrees on the order of concurrent writes, and
 * `causal-memory` that each session's reads fit into one order; only that one implies PRAM.
 */
export const OBJECT_MODELS = [
  'linearizable',
  'sequential',
  'causal-convergence',
  'causal-memory',
  'causal',
  'pram',
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
  'regular',
  'safe',
  'two-atomic',
  'convergent',
] as const;
export type ObjectModel = (typeof OBJECT_MODELS)[number];

/** The next weaker models that each implies. */
const WEAKER: Readonly<Record<ObjectModel, readonly ObjectModel[]>> = {
  linearizable: ['sequential', 'regular', 'two-atomic', 'convergent'],
  sequential: ['causal-convergence', 'causal-memory'],
  'causal-convergence': ['causal', 'monotonic-reads'],
  'causal-memory': ['causal', 'pram'],
  causal: ['read-your-writes', 'monotonic-writes', 'writes-follow-reads'],
  pram: ['read-your-writes', 'monotonic-reads', 'monotonic-writes'],
  'read-your-writes': [],
  'monotonic-reads': [],
  'monotonic-writes': [],
  'writes-follow-reads': [],
  regular: ['safe'],
  safe: [],
  'two-atomic': [],
  convergent: [],
};

/** Every model of the lattice with the next weaker ones: single objects and transactions. */
export const LATTICE: ReadonlyMap<string, readonly string[]> = latticeOf();

function latticeOf(): ReadonlyMap<string, readonly string[]> {
  const lattice = new Map<string, readonly string[]>(Object.entries(WEAKER));
  for (const level of LEVELS) {
    // A transaction of one operation is an operation.
    const across = level === 'strict-serializable' ? ['linearizable'] : [];
    lattice.set(transactional(level), [...nextWeaker(level).map(transactional), ...across]);
  }
  return lattice;
}

/** The name of a transactional level here. `causal` is the one name that both families use. */
export function transactional(level: string): string {
  return level in WEAKER ? `transactional-${level}` : level;
}

/** All models that `model` implies, directly or not, without itself. */
export function implied(model: string): ReadonlySet<string> {
  return IMPLIED.get(model) ?? new Set();
}

const IMPLIED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...LATTICE.keys()].map((model) => [model, reachableFrom(model)]),
);

function reachableFrom(model: string): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [...(LATTICE.get(model) ?? [])];
  for (const weaker of pending) {
    if (found.has(weaker)) continue;
    found.add(weaker);
    pending.push(...(LATTICE.get(weaker) ?? []));
  }
  return found;
}

/** Those of `models` that no other of them implies. */
export function strongestOf(models: readonly string[]): readonly string[] {
  return models.filter((model) => !models.some((other) => other !== model && implied(other).has(model)));
}

/** Those of `models` that imply no other of them. */
export function weakestOf(models: readonly string[]): readonly string[] {
  return models.filter((model) => !models.some((other) => other !== model && implied(model).has(other)));
}

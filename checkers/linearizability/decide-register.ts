import { findStaleRead } from './find-stale-read.ts';
import { NEVER } from './operations.ts';
import { decideByChains, type Contradiction } from './register-chains.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';
import { searchRegister } from './register-search.ts';
import type { SearchLimits } from './search-limits.ts';

/** How one object's operations were judged. */
export interface RegisterVerdict {
  readonly outcome: 'valid' | 'invalid' | 'undecided';
  readonly algorithm: string;
  /** Entry up to which an order was found, where a search failed. */
  readonly reached?: number;
  readonly contradiction?: Contradiction;
  readonly steps: number;
}

/**
 * Decides one register: by chains where every value is made at most once, else by the general search, after a look for
 * reads that nothing explains. Failed compare-and-sets only narrow the choice, so a history that is wrong without them is
 * wrong; the search is needed only when it is right without them.
 */
export function decideRegister(register: RegisterOperations, limits: SearchLimits): RegisterVerdict {
  const observed = register.avoids.some((value) => value !== NO_VALUE);
  const chains = decideByChains(observed ? withoutAvoids(register) : register);
  if (typeof chains === 'object') return { outcome: 'invalid', algorithm: 'chains', contradiction: chains, steps: 0 };
  if (chains === 'valid' && !observed) return { outcome: 'valid', algorithm: 'chains', steps: 0 };
  if (chains === 'not-applicable') {
    const contradiction = findStaleRead(register);
    if (contradiction !== undefined) return { outcome: 'invalid', algorithm: 'stale reads', contradiction, steps: 0 };
  }
  const { outcome, reached, steps } = searchRegister(register, limits);
  return { outcome, algorithm: 'search', ...(reached === NEVER ? {} : { reached }), steps };
}

/** The same operations, failed compare-and-sets saying nothing. Operation numbers stay. */
function withoutAvoids(register: RegisterOperations): RegisterOperations {
  return { ...register, avoids: new Int32Array(register.count).fill(NO_VALUE) };
}

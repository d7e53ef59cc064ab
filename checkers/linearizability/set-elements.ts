import type { JsonValue } from '../../harness/kernel/json.ts';
import { canonicalJson } from '../models/canonical-json.ts';
import type { ModelOperations } from './model-operations.ts';
import { NEVER } from './operations.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';
import { searchRegister } from './register-search.ts';
import type { SpecialEffort, SpecialWay } from './special-way.ts';

/** Operations of all elements together, a read counted once for each element, beyond which it is not worth the while. */
const MOST_PARTS = 2_000_000;
/** Steps of the search for one element, per operation and besides. */
const STEPS = 20;
const SPARE_STEPS = 10_000;
/** What a read holds per element that it found. */
const FOUND_BYTES = 40;
/** What an operation of one element's register takes while that is put together and searched. */
const PART_BYTES = 120;

/**
 * Finds sets that are wrong about one element: seen alone, an element is a register that is in or out, which additions and
 * removals write and every read of the set reads. Where one of these has no order, the set has none.
 *
 * Says nothing where every element is right by itself. Near-linear in operations times elements.
 */
export const setElements: SpecialWay = {
  algorithm: 'set by element',
  decide(operations, _, effort) {
    const set = readSet(operations, effort);
    if (typeof set !== 'object') return set;
    for (const [element, changes] of set.changes.entries()) {
      const parts = changes.length + set.reads.length;
      effort.reserve(parts * PART_BYTES);
      effort.step(parts);
      const register = registerOf(operations, changes, set.reads, element);
      const maxSteps = Math.min(STEPS * register.count + SPARE_STEPS, effort.left);
      const { outcome, steps } = searchRegister(register, { ...effort.limits, maxSteps });
      effort.step(steps + register.count);
      effort.reserve(-parts * PART_BYTES);
      if (outcome === 'invalid') return 'invalid';
    }
    return undefined;
  },
};

/** An operation about one element: what it makes it, or what it found. 1 is in, 0 is out. */
interface ElementOperation {
  readonly op: number;
  readonly makes: number;
  readonly needs: number;
}

interface RepeatingSet {
  /** By element, in order of invocation. */
  readonly changes: readonly (readonly ElementOperation[])[];
  /** Whole reads: operation and elements. */
  readonly reads: readonly { readonly op: number; readonly elements: ReadonlySet<number> }[];
}

function readSet(
  { count, action, ret, actions }: ModelOperations,
  effort: SpecialEffort,
): RepeatingSet | 'invalid' | undefined {
  const ids = new Map<string, number>();
  const changes: ElementOperation[][] = [];
  const idOf = (value: JsonValue): number => {
    const text = canonicalJson(value);
    const known = ids.get(text);
    if (known !== undefined) return known;
    changes.push([]);
    ids.set(text, ids.size);
    return ids.size - 1;
  };
  const reads: { readonly op: number; readonly elements: ReadonlySet<number> }[] = [];
  for (let op = 0; op < count; op++) {
    const what = actions[action[op] as number];
    if (what === undefined) return undefined;
    if (what.f === 'read') {
      if (ret[op] === NEVER) continue;
      const answer = what.output;
      if (!Array.isArray(answer)) return 'invalid';
      effort.step(answer.length);
      effort.reserve(answer.length * FOUND_BYTES);
      const elements = new Set((answer as readonly JsonValue[]).map(idOf));
      if (elements.size !== answer.length) return 'invalid';
      reads.push({ op, elements });
      if (reads.length * ids.size > MOST_PARTS) return undefined;
      continue;
    }
    effort.step();
    const isChange = what.f !== 'contains';
    if (!isChange && ret[op] === NEVER) continue;
    if (!isChange && typeof what.output !== 'boolean') return 'invalid';
    const makes = isChange ? Number(what.f === 'add') : NO_VALUE;
    changes[idOf(what.input)]?.push({ op, makes, needs: isChange ? NO_VALUE : Number(what.output) });
  }
  return reads.length * ids.size > MOST_PARTS ? undefined : { changes, reads };
}

function registerOf(
  { call, ret }: ModelOperations,
  changes: readonly ElementOperation[],
  reads: RepeatingSet['reads'],
  element: number,
): RegisterOperations {
  const seen = reads.map(({ op, elements }) => ({ op, makes: NO_VALUE, needs: Number(elements.has(element)) }));
  const all = [...changes, ...seen].sort((left, right) => left.op - right.op);
  return {
    count: all.length,
    needs: Int32Array.from(all, ({ needs }) => needs),
    avoids: new Int32Array(all.length).fill(NO_VALUE),
    makes: Int32Array.from(all, ({ makes }) => makes),
    call: Int32Array.from(all, ({ op }) => call[op] as number),
    ret: Int32Array.from(all, ({ op }) => ret[op] as number),
    valueCount: 2,
    ignored: { failed: 0, crashedReads: 0, nullReads: 0 },
  };
}

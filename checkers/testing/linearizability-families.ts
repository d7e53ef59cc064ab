import fc from 'fast-check';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { JustInTime } from '../linearizability/just-in-time.ts';
import { objectsOf } from '../linearizability/objects.ts';
import { registerOperationsOf } from '../linearizability/register-operations.ts';
import { registerProblem } from '../linearizability/register-search.ts';
import { Search } from '../linearizability/search.ts';
import { compareVerdicts } from './compare-verdicts.ts';
import { objectFamilies } from './object-families.ts';
import { hasOrder, oracleOps, type OracleOp } from './brute-force.ts';
import { ends, overlappingHistory, overlaps, type OperationSketch } from './overlapping-history.ts';
import { provedFamily, type ProvedFamily } from './prove-family.ts';

/** A register with compare-and-set. */
export function registerStep(state: JsonValue, op: OracleOp): readonly JsonValue[] {
  if (op.f === 'read') return op.answer === undefined || op.answer === state ? [state] : [];
  if (op.f === 'write') return [op.input];
  const [from, to] = op.input as [JsonValue, JsonValue];
  if (op.refused) return state === from ? [] : [state];
  if (op.answer === undefined) return state === from ? [to] : [state];
  return state === from ? [to] : [];
}

/** Operations of a register in order of invocation. `written` gives the n-th written value its number. */
function registerSketches(written: (order: number, draw: number) => number): fc.Arbitrary<OperationSketch[]> {
  const sketch = fc.record({
    f: fc.constantFrom('read', 'write', 'cas'),
    from: fc.nat(3),
    to: fc.integer({ min: 1, max: 3 }),
    end: ends,
    open: overlaps,
  });
  return fc.array(sketch, { maxLength: 9 }).map((sketches) => {
    let order = 0;
    return sketches.map(({ f, from, to, end, open }): OperationSketch => {
      const seen = from === 0 ? null : from;
      if (f === 'read') return { f, input: null, answer: seen, end: end === 'fail' ? 'none' : end, open };
      const made = written(++order, to);
      if (f === 'write') return { f, input: made, answer: made, end: end === 'fail' ? 'info' : end, open };
      return { f, input: [seen, made], answer: [seen, made], end, open };
    });
  });
}

function registerFamily(name: string, cases: fc.Arbitrary<OperationSketch[]>): ProvedFamily {
  return provedFamily({
    name: `register/${name}`,
    cases,
    compare(sketches) {
      const history = overlappingHistory(sketches);
      return compareVerdicts(history, 'cas-register', {}, hasOrder(oracleOps(history), null, registerStep));
    },
  });
}

/** Every way to go through the same search, which small histories would not get to by themselves. */
const searchVariants: ProvedFamily = provedFamily({
  name: 'register/ways to search',
  cases: registerSketches((_, draw) => draw),
  compare(sketches) {
    const history = overlappingHistory(sketches);
    const objects = objectsOf(history, false);
    const options = { initial: null, failedCas: 'precondition', nullReadsAreLegal: false } as const;
    const problem = registerProblem(registerOperationsOf(history, objects.operationsOf(0), options));
    const limits = { nowMs: () => 0, deadlineMs: 1, cacheBytes: 2 ** 20 };
    // With this hash every configuration collides with all others.
    const colliding = new Search(problem, { ...limits, hash: () => 7 }).run().outcome;
    const verdicts = (['invocation', 'urgent'] as const).flatMap((order) =>
      [0, 3].flatMap((salt) =>
        [true, false].map((looksAhead) => new Search(problem, { ...limits, order, salt, looksAhead }).run().outcome),
      ),
    );
    const inTime = [1, 2, 3, 5, 1000].flatMap((width) =>
      (['beam', 'widening'] as const).flatMap((bound) =>
        [true, false].map(
          (looksAhead) => new JustInTime(problem, { ...limits, looksAhead }, width, bound).run().outcome,
        ),
      ),
    );
    // A narrow search may end without an answer, never with a wrong one; a wide one drops nothing.
    const answers = inTime.filter((outcome, index) => outcome !== 'undecided' || index >= inTime.length - 4);
    return {
      came: [...new Set([colliding, ...verdicts, ...answers])].join(' or '),
      expected: hasOrder(oracleOps(history), null, registerStep) ? 'valid' : 'invalid',
    };
  },
});

/** Linearizability: each object against brute force. */
export const linearizabilityFamilies: readonly ProvedFamily[] = [
  registerFamily(
    'few values',
    registerSketches((_, draw) => draw),
  ),
  registerFamily(
    'unique values',
    registerSketches((order) => order),
  ),
  searchVariants,
  ...objectFamilies,
];

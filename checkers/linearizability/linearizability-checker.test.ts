import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyOf } from '../../harness/history/index.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { OpDraft } from '../../harness/kernel/op.ts';
import { checkLinearizable } from '../check-linearizable.ts';
import { hasOrder, oracleOps, type OracleOp } from '../testing/brute-force.ts';

function stepRegister(state: JsonValue, op: OracleOp): JsonValue[] {
  if (op.f === 'read') return op.answer === undefined || op.answer === state ? [state] : [];
  if (op.f === 'write') return [op.input];
  const [from, to] = op.input as [JsonValue, JsonValue];
  if (op.refused) return state === from ? [] : [state];
  if (op.answer === undefined) return state === from ? [to] : [state];
  return state === from ? [to] : [];
}

interface Sketch {
  readonly f: 'read' | 'write' | 'cas';
  readonly a: number;
  readonly b: number;
  readonly end: 'ok' | 'fail' | 'info';
  readonly open: number;
}

/** A history with random overlaps: each sketch is invoked in turn, and completes after `open` more steps. */
function historyFrom(sketches: readonly Sketch[]): History {
  const entries: OpDraft[] = [];
  const pending: { at: number; draft: OpDraft }[] = [];
  let clock = 0;
  const flush = (until: number): void => {
    pending.sort((left, right) => left.at - right.at);
    while (pending[0] !== undefined && pending[0].at <= until) {
      entries.push({ ...pending[0].draft, timeNs: clock++ });
      pending.shift();
    }
  };
  sketches.forEach(({ f, a, b, end, open }, process) => {
    flush(process);
    const value: JsonValue = f === 'read' ? null : f === 'write' ? b : [a, b];
    entries.push({ timeNs: clock++, process, type: 'invoke', f, value });
    if (end === 'fail' && f !== 'cas') return;
    const answer = f === 'read' ? (a === 0 ? null : a) : value;
    const draft: OpDraft = { timeNs: 0, process, type: end, f, value: end === 'ok' ? answer : value };
    pending.push({ at: process + open, draft: end === 'fail' ? { ...draft, error: { code: 'precondition' } } : draft });
  });
  flush(Infinity);
  return historyOf(entries);
}

const sketches = fc.array(
  fc.record({
    f: fc.constantFrom('read', 'write', 'cas'),
    a: fc.nat(3),
    b: fc.integer({ min: 1, max: 3 }),
    end: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'fail', 'info'),
    open: fc.nat(5),
  } satisfies Record<keyof Sketch, unknown>),
  { maxLength: 9 },
) as fc.Arbitrary<Sketch[]>;

const uniqueSketches = sketches.map((list) => {
  let written = 0;
  return list.map((sketch) => (sketch.f === 'read' ? sketch : { ...sketch, b: ++written }));
});

describe('linearizability of a register', () => {
  for (const [name, arbitrary] of [
    ['few values', sketches],
    ['unique values', uniqueSketches],
  ] as const) {
    it(`agrees with brute force on ${name}, and its evidence alone is still wrong`, () => {
      const seen = { valid: 0, invalid: 0 };
      fc.assert(
        fc.property(arbitrary, (list) => {
          const history = historyFrom(list);
          const result = checkLinearizable(history, { model: 'cas-register' });
          const expected = hasOrder(oracleOps(history), null, stepRegister) ? 'valid' : 'invalid';
          seen[expected]++;
          expect(result.verdict).toBe(expected);
          const [finding] = result.findings;
          if (finding === undefined) return;
          const kept = new Set(finding.ops.flatMap((entry) => [entry, history.columns.pair[entry] ?? -1]));
          const alone = historyOf(
            Array.from({ length: history.length }, (_, index) => history.at(index)).filter((op) => kept.has(op.index)),
          );
          expect(checkLinearizable(alone, { model: 'cas-register' }).verdict).toBe('invalid');
        }),
        { numRuns: 1500, seed: 1 },
      );
      expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(100);
    });
  }
});

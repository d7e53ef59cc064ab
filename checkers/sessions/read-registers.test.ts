import { expect, it } from 'vitest';
import { Budget } from '../judging/budget.ts';
import { Operations } from '../judging/operations.ts';
import { contextWith, sketch, type SketchedOp } from '../testing/sketch.ts';
import { lost, op } from '../testing/workload-case.ts';
import { registerProblem } from './read-registers.ts';
import type { RegisterProblem } from './register-problem.ts';

function problemOf(ops: readonly SketchedOp[]): { readonly problem: RegisterProblem; readonly looks: number } {
  const operations = new Operations(sketch(ops));
  let looks = 0;
  const budget = new Budget({ ...contextWith(), nowMs: () => looks++ });
  return { problem: registerProblem(operations, operations.invocations, budget), looks };
}

const repeat = (count: number, of: (at: number) => SketchedOp): SketchedOp[] =>
  Array.from({ length: count }, (_, at) => of(at));

// Each read was held against each write, without a step: half a minute where nothing else ran.
it('reads values that were written over and over in steps that grow with the history', { timeout: 15_000 }, () => {
  const written = (size: number): SketchedOp[] =>
    repeat(size, (at) => (at % 2 === 0 ? op(0, 'write', 1) : op(1, 'read', null, 1)));
  const [half, whole] = [problemOf(written(20_000)), problemOf(written(40_000))];
  expect(whole.problem.choices).toHaveLength(20_000);
  expect(new Set(whole.problem.choices.map(({ candidates }) => candidates)).size).toBe(1);
  expect(whole.looks).toBeGreaterThan(40_000 / 8192);
  expect(whole.looks).toBeLessThanOrEqual(half.looks * 2 + 2);
});

it('keeps one list of writers for updates that put there what they found, each without itself', () => {
  const before = process.memoryUsage().arrayBuffers;
  const { problem } = problemOf([op(0, 'write', 1), ...repeat(8000, () => op(0, 'cas', [1, 1]))]);
  // A list each came to 256 MB.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50e6);
  expect(problem.choices).toHaveLength(8000);
  for (const at of [0, 4000, 7999]) {
    const { op: reader = -1, candidates = [] } = problem.choices[at] ?? {};
    expect(candidates).toHaveLength(8000);
    expect(candidates).not.toContain(reader);
  }
});

it('rules out crashed updates of values that only they themselves, or others ruled out, could put there', () => {
  const chain = (from: number): SketchedOp => op(from, 'cas', [from, from + 1], null, lost);
  const { problem, looks } = problemOf([
    op(50, 'cas', [1, 1], null, lost),
    ...repeat(40, (at) => chain(40 - at)),
    ...repeat(3, () => op(60, 'read', null, 41)),
    op(70, 'cas', [7, 41], null, lost),
  ]);
  expect(problem.strays.map(({ value }) => value)).toEqual([41, 41, 41]);
  expect(problem.unseenCrashed).toHaveLength(42);
  expect(looks).toBeLessThan(3);
});

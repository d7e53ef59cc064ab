import { expect, it } from 'vitest';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { lost, op } from '../testing/workload-case.ts';
import { contextWith, sketch, type SketchedOp } from '../testing/sketch.ts';
import { totalsCheckers } from './index.ts';

/** A history whose size costs the square of it where something is looked up by walking over everything. */
interface LongHistory {
  readonly checker: string;
  readonly title: string;
  readonly make: (size: number) => readonly SketchedOp[];
  readonly size: number;
  readonly options?: Readonly<Record<string, JsonValue>>;
  readonly expected: readonly string[];
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const polled = (records: readonly JsonValue[]): JsonValue => [['poll', { a: records }]];

const LONG: readonly LongHistory[] = [
  {
    checker: 'kafka',
    title: 'one transaction in doubt that sent everything, of which the last record was polled',
    make: (size) => [
      op(
        0,
        'txn',
        range(size).map((value) => ['send', 'a', value]),
        null,
        lost,
      ),
      op(1, 'poll', [['poll']], polled([[size - 1, size - 1]])),
    ],
    size: 12_000,
    expected: ['lost-write'],
  },
  {
    checker: 'kafka',
    title: 'one value that everybody sends and polls',
    make: (size) => [
      op(
        0,
        'send',
        range(size).map(() => ['send', 'a', 1]),
        range(size).map((at) => ['send', 'a', [at, 1]]),
      ),
      op(1, 'poll', [['poll']], polled(range(size).map((at) => [at, 1]))),
    ],
    size: 50_000,
    expected: [],
  },
  {
    checker: 'kafka',
    title: 'two values in turn, with the order of records',
    make: (size) => [
      op(
        0,
        'send',
        range(size).map((at) => ['send', 'a', at % 2]),
        range(size).map((at) => ['send', 'a', [at, at % 2]]),
      ),
      op(1, 'poll', [['poll']], polled(range(size).map((at) => [at, at % 2]))),
    ],
    size: 30_000,
    options: { wwDeps: true },
    expected: [],
  },
  {
    checker: 'watch',
    title: 'streams that tell every past wrong',
    make: (size) => {
      const events = range(size).map((at) => ({ key: `k${at % 2}`, revision: at + 1, value: at, previous: -1 }));
      return [
        op(0, 'watch', { prefix: 'k', from: 1 }, [{ events }]),
        op(1, 'watch', { prefix: 'k', from: 1 }, [{ events }]),
      ];
    },
    size: 20_000,
    expected: ['PrevKV'],
  },
];

/** Judges without a limit, and counts how often the clock was read: once for every few thousand steps of work. */
function judge(
  name: string,
  ops: readonly SketchedOp[],
  options: Readonly<Record<string, JsonValue>> = {},
): { readonly result: CheckResult; readonly looks: number } {
  const checker = totalsCheckers.find((candidate) => candidate.name === name);
  if (checker === undefined) throw new Error(`no such checker: ${name}`);
  let looks = 0;
  const result = checker.check(sketch(ops), { ...contextWith(options), nowMs: () => looks++ });
  return { result, looks };
}

// The work is too little for the clock of a busy machine: what is not linear took from twenty seconds to minutes here.
it.each(LONG)('$checker: $title', { timeout: 15_000 }, ({ checker, make, size, options, expected }) => {
  const [half, whole] = [judge(checker, make(size / 2), options), judge(checker, make(size), options)];
  expect([...new Set(whole.result.findings.map(({ anomaly }) => anomaly))]).toEqual(expected);
  expect(whole.looks).toBeLessThanOrEqual(half.looks * 2 + 2);
});

it('counts a step for each message and place of a broadcast', () => {
  const [messages, places] = [2000, 200];
  const { looks } = judge('broadcast', [
    ...range(messages).map((message) => op(0, 'broadcast', message)),
    ...range(places).map((place) => op(place, 'read', null, [], { node: `n${place}` })),
  ]);
  expect(looks).toBeGreaterThan((messages * places) / 10_000);
});

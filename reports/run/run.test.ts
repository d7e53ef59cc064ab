import fc from 'fast-check';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { operationsOf } from '../metrics/operations.ts';
import { historyOfLines } from '../testing/history-of-lines.ts';
import { syntheticRun } from '../testing/synthetic-run.ts';
import { decodeColumns, encodeColumns, type ColumnSpec } from './column-codec.ts';
import { cycleOf } from './cycle.ts';
import { eventAxis } from './event-axis.ts';
import { evidenceWindow } from './evidence-window.ts';
import { nodeLogs } from './node-logs.ts';
import { operationLabel } from './operation-label.ts';
import { renderRunReport } from './render-run-report.ts';
import { TIMELINE_COLUMNS } from './run-page-data.ts';
import { verdictSentence } from './verdict-sentence.ts';

describe('column codec', () => {
  it('gives back every column', () => {
    const specs: readonly ColumnSpec[] = [
      { name: 'a', bytes: 4, delta: true },
      { name: 'b', bytes: 4, delta: false },
      { name: 'c', bytes: 2, delta: false },
      { name: 'd', bytes: 1, delta: false },
    ];
    const row = fc.tuple(fc.nat(0xffffffff), fc.integer(), fc.nat(0xffff), fc.nat(0xff));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 50 }), (rows) => {
        const columns = {
          a: Uint32Array.from(rows, ([a]) => a),
          b: Int32Array.from(rows, ([, b]) => b),
          c: Uint16Array.from(rows, ([, , c]) => c),
          d: Uint8Array.from(rows, ([, , , d]) => d),
        };
        const decoded = decodeColumns(specs, encodeColumns(specs, columns, rows.length), rows.length);
        expect(decoded.get('a')).toEqual(columns.a);
        expect(new Int32Array(decoded.get('b')?.buffer ?? new ArrayBuffer())).toEqual(columns.b);
        expect(decoded.get('c')).toEqual(columns.c);
        expect(decoded.get('d')).toEqual(columns.d);
      }),
      { numRuns: 50 },
    );
  });
});

describe('eventAxis', () => {
  it('keeps the order of events, makes the room asked for and marks long waits', () => {
    const axis = eventAxis([0, 10, 20, 1e9], [{ fromNs: 10, toNs: 20, width: 300 }], 100);
    const [a = 0, b = 0, c = 0, d = 0] = [0, 10, 20, 1e9].map((ns) => axis.at(ns));
    expect(a < b && b < c && c < d).toBe(true);
    expect(c - b).toBeGreaterThanOrEqual(300);
    expect(axis.at(-5)).toBe(a);
    expect(axis.at(2e9)).toBe(axis.width);
    expect(axis.breaks).toMatchObject([{ spanNs: 1e9 - 20 }]);
  });

  it('stands a single event', () => {
    expect(eventAxis([5], [], 100).at(5)).toBe(0);
  });
});

describe('cycleOf', () => {
  const edges = [
    { from: 4, to: 9, kind: 'wr', reason: 'T9 read what T4 wrote' },
    { from: 9, to: 4, kind: 'rw', reason: 'T9 did not see T4' },
  ];

  it('finds the edges wherever the checker put them', () => {
    expect(cycleOf({ transactions: [], edges })).toEqual(cycleOf(edges));
    expect(cycleOf({ cycle: { steps: edges } })?.map(({ kind }) => kind)).toEqual(['wr', 'rw']);
  });

  it('draws nothing that is no cycle', () => {
    expect(cycleOf([edges[0] ?? null])).toBeUndefined();
    expect(cycleOf([edges[0] ?? null, { from: 9, to: 5, kind: 'rw' }])).toBeUndefined();
    expect(cycleOf({ linearizableUntil: 3 })).toBeUndefined();
  });
});

describe('evidenceWindow', () => {
  const history = historyOfLines([
    { p: 0, from: 0, to: 1, f: 'write', value: 1, answer: null, key: 'x' },
    { p: 0, from: 2, to: 3, f: 'write', value: 2, answer: null, key: 'x' },
    { p: 1, from: 4, to: 5, f: 'write', value: 3, answer: null, key: 'y' },
    { p: 2, from: 6, to: 7, f: 'read', answer: 1, key: 'x' },
  ]);
  const window = evidenceWindow(history, { anomaly: 'stale-read', ops: [7, 7, 99], count: 1, message: '' });

  it('shows a read with who wrote its value and what had replaced it, and leaves other keys out', () => {
    const labels = window?.operations.map(({ invocation, named }) => [operationLabel(history, invocation), named]);
    expect(labels).toEqual([
      ['x: write 1', false],
      ['x: write 2', false],
      ['x: read → 1', true],
    ]);
  });

  it('is absent for a finding without operations', () => {
    expect(evidenceWindow(history, { anomaly: 'a', ops: [], count: 1, message: '' })).toBeUndefined();
  });
});

describe('operationLabel', () => {
  it('tells answers, refusals and doubts', () => {
    const history = historyOfLines([
      { p: 0, from: 0, to: 1, f: 'cas', value: [1, 2], type: 'fail', code: 'precondition' },
      { p: 1, from: 2, to: 3, f: 'write', value: 'a', type: 'info', code: 'timeout' },
      { p: 2, from: 4, f: 'add', value: 7 },
      { p: 3, from: 5, to: 6, f: 'read', answer: null },
      {
        p: 4,
        from: 7,
        to: 8,
        f: 'txn',
        value: [
          ['append', 'x', 1],
          ['r', 'y', null],
        ],
        answer: [
          ['append', 'x', 1],
          ['r', 'y', [3]],
        ],
      },
    ]);
    expect([0, 2, 4, 5, 7].map((entry) => operationLabel(history, entry))).toEqual([
      'cas [1,2] ✗ precondition',
      'write a ? timeout',
      'add 7 … never answered',
      'read → nil',
      'append x 1, r y [3]',
    ]);
  });
});

describe('nodeLogs', () => {
  it('keeps the beginning and the end of a long log, in whole lines', () => {
    const line = `${'x'.repeat(99)}\n`;
    const [log] = nodeLogs(new Map([['n1', line.repeat(40_000)]]));
    expect(log?.text.length).toBeLessThan(2_000_200);
    expect(log?.omittedBytes).toBeGreaterThan(1_900_000);
    expect(log?.text.split('\n').every((each) => ['', 'x'.repeat(99)].includes(each) || each.startsWith('…'))).toBe(
      true,
    );
  });
});

describe('renderRunReport', () => {
  it('is a pure function of the run', () => {
    const run = syntheticRun({ operations: 300 });
    expect(renderRunReport(run)).toBe(renderRunReport(syntheticRun({ operations: 300 })));
  });

  it('stands an empty history, and a record that knows nothing', () => {
    const { record } = syntheticRun({ operations: 10 });
    const empty = {
      ...record,
      verdict: 'unknown',
      reasons: ['Nothing happened.'],
      counts: {},
      faults: [],
      checks: [],
    } as const;
    const text = renderRunReport({ record: empty, history: historyOfLines([]), logs: new Map() });
    expect(text).toContain('Nothing happened.');
    expect(text).toContain('This run injected no fault.');
  });

  it('says the verdict in a sentence', () => {
    expect(verdictSentence(syntheticRun({ operations: 400 }).record).headline).toBe(
      'raft showed no violation in 400 operations under 2 partitions, 1 kill, 1 clock step and 1 pause.',
    );
    const broken = verdictSentence(syntheticRun({ operations: 2000, system: 'eventual' }).record);
    expect(broken.headline).toMatch(/^gossip broke consistency: \d violations in /);
    expect(broken.explanation).toContain('stale-read');
  });

  it('does not call a fault that was not seen an injected one', () => {
    const { record } = syntheticRun({ operations: 400 });
    const faults = record.faults.map((fault) => ({ ...fault, effect: 'unverified' as const }));
    expect(verdictSentence({ ...record, faults }).headline).toContain('(5 of 5 faults not seen to act)');
  });

  it('packs every operation', () => {
    const { history, record, logs } = syntheticRun({ operations: 500 });
    const text = renderRunReport({ history, record, logs });
    const packed = /id="data-columns">([^<]*)</.exec(text)?.[1] ?? '';
    const head = JSON.parse(/id="data-head">([^<]*)</.exec(text)?.[1] ?? '{}') as {
      operations: number;
      unitNs: number;
    };
    const columns = decodeColumns(TIMELINE_COLUMNS, gunzipSync(Buffer.from(packed, 'base64')), head.operations);
    const operations = operationsOf(history);
    expect([...(columns.get('invokeEntry') ?? [])]).toEqual([...operations.invoke]);
    expect(columns.get('outcome')).toEqual(operations.outcome);
    expect([...(columns.get('start') ?? [])]).toEqual(
      Array.from(operations.startNs, (ns) => Math.floor(ns / head.unitNs)),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { TYPE_INFO, type History } from '../../harness/kernel/history.ts';
import { cutBetween, historyOfLines, observedFault, type Line } from '../testing/history-of-lines.ts';
import { availabilityDuring } from './availability.ts';
import { convergenceTimes } from './convergence.ts';
import { actedOn, faultIntervals } from './fault-intervals.ts';
import { latencyQuantiles } from './latency-quantiles.ts';
import { nodeConditions } from './node-conditions.ts';
import { operationsOf } from './operations.ts';
import { sidesOfPartition } from './partition-sides.ts';
import { recoveryTimesNs } from './recovery.ts';
import { staleReads } from './stale-reads.ts';
import { timeSeries } from './time-series.ts';

const NODES = ['n1', 'n2', 'n3', 'n4', 'n5'];

describe('sidesOfPartition', () => {
  const minority = (links: Parameters<typeof sidesOfPartition>[0], nodes = NODES): string[] =>
    [...sidesOfPartition(links, nodes)].flatMap(([node, side]) => (side === 'minority' ? [node] : []));

  it('finds the smaller part of a cluster cut in two', () => {
    expect(minority(cutBetween(['n1', 'n2'], ['n3', 'n4', 'n5']))).toEqual(['n1', 'n2']);
  });

  it('gives half of an even cluster no majority', () => {
    expect(minority(cutBetween(['n1', 'n2'], ['n3', 'n4']), NODES.slice(0, 4))).toEqual(['n1', 'n2', 'n3', 'n4']);
  });

  it('lets every node of a ring of majorities have one', () => {
    const ring = NODES.flatMap((node, index) => cutBetween([node], [NODES[(index + 2) % 5] ?? '']));
    expect(minority(ring)).toEqual([]);
  });

  it('leaves the majority to both halves of a bridge', () => {
    expect(minority(cutBetween(['n1', 'n2'], ['n4', 'n5']))).toEqual([]);
  });

  it('counts a link that is cut in one direction as no way to talk', () => {
    expect(minority(['n2', 'n3', 'n4', 'n5'].map((to) => ({ from: 'n1', to })))).toEqual(['n1']);
  });
});

describe('faultIntervals', () => {
  const fault = { id: 'f1', kind: 'pause', nodes: ['n1'] } as const;

  it('spans from the first sighting to the first sighting of its absence', () => {
    const history = historyOfLines([{ p: 0, from: 0, to: 900, f: 'read' }], observedFault(fault, 100, 300));
    const [interval] = faultIntervals(history);
    expect(interval).toMatchObject({ fromNs: 100e6, toNs: 300e6, effect: 'effective', healed: true, ended: true });
  });

  it('keeps a fault that was never seen apart from one that acted, and lasts to the end where nothing ended it', () => {
    const events = [
      { faultId: 'f1', kind: 'pause', phase: 'requested', timeNs: 5e6, fault },
      {
        faultId: 'f1',
        kind: 'pause',
        phase: 'ineffective',
        timeNs: 9e6,
        observation: { phase: 'ineffective', probe: 'p', firstSeenNs: 9e6, lastSeenNs: 9e6, detail: 'still runs' },
      },
    ] as const;
    const [interval] = faultIntervals(historyOfLines([{ p: 0, from: 0, to: 50, f: 'read' }], events));
    expect(interval).toMatchObject({
      effect: 'ineffective',
      fromNs: 5e6,
      toNs: 50e6,
      ended: false,
      detail: 'still runs',
    });
    expect(interval && actedOn(interval)).toBe(false);
    expect(interval && nodeConditions(interval, NODES)).toMatchObject([{ node: 'n1', words: 'paused', acted: false }]);
  });

  it('says in words what a partition meant for each node', () => {
    const cut = [...cutBetween(['n1'], ['n2']), { from: 'n3', to: 'n1' }];
    const history = historyOfLines([], observedFault({ id: 'p', kind: 'partition', cut }, 10, 20));
    const words = faultIntervals(history).flatMap((interval) => nodeConditions(interval, ['n1', 'n2', 'n3']));
    expect(Object.fromEntries(words.map(({ node, words: text }) => [node, text]))).toEqual({
      n1: 'cut off from n2, cannot hear n3',
      n2: 'cut off from n1',
      n3: 'not heard by n1',
    });
  });
});

describe('availabilityDuring', () => {
  const lines: readonly Line[] = [
    { p: 0, from: 5, to: 15, f: 'read', node: 'n1' },
    { p: 1, from: 11, to: 12, f: 'read', node: 'n1' },
    { p: 2, from: 12, to: 13, f: 'cas', type: 'fail', code: 'precondition', node: 'n1' },
    { p: 3, from: 13, to: 14, f: 'write', type: 'fail', code: 'no-leader', node: 'n1' },
    { p: 4, from: 14, to: 25, f: 'write', node: 'n2' },
    { p: 5, from: 15, f: 'write', node: 'n2' },
  ];
  const history = historyOfLines(lines);
  const operations = operationsOf(history);

  it('counts answers within the interval only, and a failed precondition as one', () => {
    expect(availabilityDuring(history, operations, { fromNs: 10e6, toNs: 20e6 })).toEqual({ asked: 5, answered: 2 });
  });

  it('looks at the chosen nodes only', () => {
    const nodes = new Set(['n2']);
    expect(availabilityDuring(history, operations, { fromNs: 10e6, toNs: 20e6, nodes })).toEqual({
      asked: 2,
      answered: 0,
    });
  });

  it('takes an operation without completion for a doubt', () => {
    expect(operations.outcome[5]).toBe(TYPE_INFO);
    expect(operations.endNs[5]).toBe(Infinity);
  });
});

describe('latencyQuantiles', () => {
  it('gives latencies that occurred, by nearest rank', () => {
    const latencies = Float64Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(latencyQuantiles(latencies)).toEqual({ count: 100, p50Ns: 50, p95Ns: 95, p99Ns: 99, maxNs: 100 });
    expect(latencyQuantiles(new Float64Array())).toBeUndefined();
    expect(latencyQuantiles(Float64Array.of(7))?.p99Ns).toBe(7);
  });
});

describe('timeSeries', () => {
  it('counts completions when they came and availability when it was asked', () => {
    const history = historyOfLines([
      { p: 0, from: 0, to: 1500, f: 'read' },
      { p: 1, from: 100, to: 200, f: 'read', type: 'fail' },
      { p: 2, from: 1700, f: 'read' },
    ]);
    const series = timeSeries(operationsOf(history), 2000, 2);
    expect(series).toMatchObject({
      bucketMs: 1000,
      okPerSecond: [0, 1],
      failPerSecond: [1, 0],
      infoPerSecond: [0, 1],
      okShare: [0.5, 0],
      maxMs: [1500, null],
    });
  });

  it('keeps every operation, also at the very end and in an empty run', () => {
    expect(timeSeries(operationsOf(historyOfLines([])), 0).count).toBe(1);
    const atEnd = historyOfLines([{ p: 0, from: 1000, to: 1000, f: 'read' }]);
    const { okPerSecond, bucketMs } = timeSeries(operationsOf(atEnd), 1000, 10);
    expect(okPerSecond.reduce((sum, rate) => sum + (rate * bucketMs) / 1000, 0)).toBeCloseTo(1);
  });
});

describe('staleReads', () => {
  const write = (p: number, from: number, to: number | undefined, value: number): Line =>
    to === undefined
      ? { p, from, f: 'write', value, key: 'x' }
      : { p, from, to, f: 'write', value, key: 'x', answer: null };
  const read = (from: number, answer: number | null): Line => ({
    p: 9,
    from,
    to: from + 1,
    f: 'read',
    answer,
    key: 'x',
  });

  it('counts versions and time since the value had been replaced', () => {
    const history = historyOfLines([write(0, 0, 10, 1), write(0, 20, 30, 2), write(0, 40, 50, 3), read(100, 1)]);
    expect(staleReads(history)).toMatchObject({ reads: 1, stale: [{ versionsBehind: 2, behindNs: 70e6 }] });
  });

  it('does not blame a read for updates that were concurrent with what it read, or with itself', () => {
    const history = historyOfLines([write(0, 0, 30, 1), write(1, 20, 40, 2), write(2, 90, 120, 3), read(100, 1)]);
    expect(staleReads(history)?.stale).toEqual([]);
  });

  it('does not blame a read of a write that may happen late', () => {
    const history = historyOfLines([write(0, 0, undefined, 1), write(1, 20, 40, 2), read(100, 1)]);
    expect(staleReads(history)?.stale).toEqual([]);
  });

  it('calls a read of nothing stale once something was acknowledged', () => {
    expect(staleReads(historyOfLines([write(0, 0, 10, 1), read(20, null)]))?.stale).toHaveLength(1);
    expect(staleReads(historyOfLines([write(0, 30, 40, 1), read(20, null)]))?.stale).toHaveLength(0);
  });

  it('calls a value that nobody wrote, or not yet, contradicted', () => {
    expect(staleReads(historyOfLines([write(0, 0, 10, 1), read(20, 7)]))?.contradicted).toHaveLength(1);
    expect(staleReads(historyOfLines([read(20, 1), write(0, 30, 40, 1)]))?.contradicted).toHaveLength(1);
  });

  it('says nothing about histories without registers', () => {
    expect(staleReads(historyOfLines([{ p: 0, from: 0, to: 1, f: 'add', value: 1 }]))).toBeUndefined();
  });
});

describe('recoveryTimesNs', () => {
  it('waits for the last node, and leaves out what another fault hides', () => {
    const faults = [
      ...observedFault({ id: 'a', kind: 'kill', nodes: ['n1'] }, 10, 20),
      ...observedFault({ id: 'b', kind: 'kill', nodes: ['n2'] }, 100, 120),
      ...observedFault({ id: 'c', kind: 'pause', nodes: ['n1'] }, 110, 130),
    ];
    const history = historyOfLines(
      [
        { p: 0, from: 25, to: 26, f: 'read', node: 'n2' },
        { p: 1, from: 30, to: 33, f: 'read', node: 'n1' },
        { p: 2, from: 140, to: 141, f: 'read', node: 'n2' },
      ],
      faults,
    );
    const times = recoveryTimesNs(history, operationsOf(history), faultIntervals(history), ['n1', 'n2']);
    expect(times).toEqual([13e6]);
  });
});

describe('convergenceTimes', () => {
  const partition = { id: 'p', kind: 'partition', cut: cutBetween(['n1'], ['n2', 'n3']) } as const;
  const register = (reads: readonly number[]): History =>
    historyOfLines(
      [
        { p: 0, from: 0, to: 1, f: 'write', value: 1, key: 'x' },
        { p: 0, from: 10, to: 11, f: 'write', value: 2, key: 'x' },
        { p: 0, from: 40, to: 41, f: 'write', value: 3, key: 'x' },
        ...reads.map((from, index) => ({ p: 1 + index, from, to: from + 1, f: 'read', answer: 1, key: 'x' })),
      ].sort((left, right) => left.from - right.from),
      observedFault(partition, 5, 20),
    );
  const times = (history: History, untilNs?: number): ReturnType<typeof convergenceTimes> =>
    convergenceTimes(history, staleReads(history), faultIntervals(history), untilNs);

  it('ends with the last read that missed what was acknowledged before the healing', () => {
    expect(times(register([15, 22, 27]))).toEqual({ partitions: 1, longestNs: 7e6 });
    expect(times(register([15]))).toEqual({ partitions: 1, longestNs: 0 });
    expect(times(register([22, 60]), 50e6)).toEqual({ partitions: 1, longestNs: 2e6 });
  });

  it('tells nothing without a partition that was seen to heal', () => {
    expect(convergenceTimes(register([22]), undefined, [])).toBeUndefined();
    expect(convergenceTimes(register([22]), staleReads(register([22])), [])).toBeUndefined();
  });
});

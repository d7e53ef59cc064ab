import { microOps } from '../transactions/testing/transaction-sketch.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { SketchedOp } from './sketch.ts';
import type { WorkloadCase } from './workload-case.ts';

/** A transaction: process, micro-operations as {@link microOps} has them, from and to in milliseconds. */
type Timed = readonly [process: number, text: string, from: number, to: number];

/** Literal histories of transactions for anomalies that simulated databases seldom show. */
export const transactionCases: readonly WorkloadCase[] = [
  ...['list-append', 'rw-register'].flatMap((checker) => [
    of(checker, 'G-nonadjacent', [
      [0, 'wx1', 0, 9],
      [1, 'wy1', 0, 9],
      [2, 'rx1 ry_', 0, 9],
      [3, 'rx_ ry1', 0, 9],
    ]),
    of(checker, 'G-nonadjacent-realtime', [
      [0, 'rx_ rz1', 0, 9],
      [1, 'wx1', 0.5, 1],
      [2, 'ry_', 2, 3],
      [3, 'wy1 wz1', 0, 9],
      [4, 'rx1 ry1', 0, 9],
    ]),
    of(checker, 'G1c-process', [
      [0, 'rx1', 0, 1],
      [0, 'wx1', 2, 3],
    ]),
    of(checker, 'G1c-realtime', [
      [0, 'rx1', 0, 1],
      [1, 'wx1', 2, 3],
    ]),
    of(checker, 'G2-item-realtime', [
      [0, 'rx_ wy1', 0, 9],
      [1, 'wx1', 0.5, 1],
      [2, 'ry_', 2, 3],
      [4, 'rx1 ry1', 0, 9],
    ]),
    of(checker, 'G-prefix', [
      [0, 'wx1', 0, 9],
      [1, 'wy1', 0, 9],
      [2, 'rx1 ry_', 0, 9],
      [3, 'ry1 rx_', 0, 9],
    ]),
    of(checker, 'G-update', [
      [0, 'rx_ wy1', 0, 9],
      [1, 'ry_ wz1', 0, 9],
      [2, 'rz_ wx1', 0, 9],
    ]),
    of(checker, 'garbage-read', [[0, 'rx9', 0, 1]]),
    of(checker, 'future-read', [[0, 'rx1 wx1', 0, 1]]),
  ]),
  of('list-append', 'OTV', [
    [0, 'wx1 wy1', 0, 9],
    [1, 'rx1 ry_', 0, 9],
  ]),
  of('list-append', 'COConflictAO', [
    [0, 'wx1', 0, 9],
    [1, 'rx1 wy1', 0, 9],
    [2, 'ry1 wz1', 0, 9],
    [3, 'rz1 rx_', 0, 9],
  ]),
  of('rw-register', 'NonMonoReadCO', [
    [0, 'wx1 wy1', 0, 9],
    [1, 'rx1 ry_', 0, 9],
  ]),
  of('rw-register', 'NonMonoReadAO', [
    [0, 'wx1 wy1', 0, 9],
    [1, 'wx2 wz2', 0, 9],
    [2, 'ry1 rx2', 0, 9],
    [3, 'rz2 rx1', 0, 9],
  ]),
  of('rw-register', 'FracturedReadAO', [
    [0, 'wx1 wy1', 0, 9],
    [1, 'wx2 wz2', 0, 9],
    [2, 'rx2 ry1', 0, 9],
    [3, 'rx1 rz2', 0, 9],
  ]),
  of('list-append', 'G0-process', [
    [0, 'wx1', 0, 1],
    [0, 'wx2', 2, 3],
    [2, 'rx[2,1]', 4, 5],
  ]),
  of('list-append', 'G0-realtime', [
    [0, 'wx1', 0, 1],
    [1, 'wx2', 2, 3],
    [2, 'rx[2,1]', 4, 5],
  ]),
  of(
    'rw-register',
    'G0',
    [
      [0, 'wx1 wy1', 0, 9],
      [1, 'wx2 wy2', 0, 9],
      [2, 'rx1', 10, 11],
      [2, 'rx2', 12, 13],
      [3, 'ry2', 10, 11],
      [3, 'ry1', 12, 13],
    ],
    { sequentialKeys: true },
  ),
  ...[0, 4].map((process) =>
    of(
      'rw-register',
      process === 0 ? 'G0-process' : 'G0-realtime',
      [
        [1, 'wx1 wz2', 0, 9],
        [0, 'wx2', 0.5, 1],
        [process, 'wz1', 2, 3],
        [5, 'rx1', 0, 5],
        [5, 'rx2', 6, 7],
        [6, 'rz1', 0, 5],
        [6, 'rz2', 6, 7],
      ],
      { sequentialKeys: true },
    ),
  ),
  of('weak-isolation', 'FutureRead', [[0, 'rx1 wx1', 0, 1]]),
  of('weak-isolation', 'NotMyLastWrite', [[0, 'wx1 wx2 rx1', 0, 1]]),
  of('weak-isolation', 'NonMonoReadAO', [
    [0, 'wx1 wy1', 0, 1],
    [1, 'wx2 wz2', 0, 1],
    [2, 'ry1 rx2', 2, 3],
    [3, 'rz2 rx1', 2, 3],
  ]),
  of('weak-isolation', 'COConflictAO', [
    [0, 'wx1', 0, 1],
    [1, 'rx1 wx2 wy2', 2, 3],
    [2, 'ry2 wz3', 4, 5],
    [3, 'rz3 rx1', 6, 7],
  ]),
  of('weak-isolation', 'ConflictAO', [
    [0, 'wx1 wa1', 0, 1],
    [1, 'ra1 wc1', 2, 3],
    [2, 'wx2 wb2', 0, 1],
    [3, 'rb2 wd2', 2, 3],
    [4, 'rc1 rx2', 4, 5],
    [5, 'rd2 rx1', 4, 5],
  ]),
];

function of(
  checker: string,
  anomaly: string,
  transactions: readonly Timed[],
  options: Record<string, JsonValue> = {},
): WorkloadCase {
  const ops = transactions.map(([process, text, from, to]): SketchedOp => {
    const steps = microOps(checker === 'list-append' ? appended(text) : text);
    const asked = steps.map((step) => {
      const [f = '', key = '', value = null] = step as readonly JsonValue[];
      return [f, key, f === 'r' ? null : value];
    });
    return { process, f: 'txn', input: asked, output: steps, from, to };
  });
  return { checker, title: anomaly, ops, options, expected: [anomaly] };
}

/** The same with lists: `wx1` appends, `rx1` finds [1]. */
function appended(text: string): string {
  return text.replaceAll(/\bw/g, 'a').replaceAll(/\br(\w)(\d)/g, 'r$1[$2]');
}

import type { History } from '../../../harness/kernel/history.ts';
import { concurrently, inSequence } from './transaction-sketch.ts';

/** One history per anomaly, and the weakest levels it rules out. */
export const REGISTER_ANOMALIES: Readonly<Record<string, readonly [history: History, weakest: readonly string[]]>> = {
  G1a: [
    concurrently([
      [0, 'fail', 'wx1'],
      [1, 'ok', 'rx1'],
    ]),
    ['read-committed'],
  ],
  G1b: [
    concurrently([
      [0, 'ok', 'wx1 wx2'],
      [1, 'ok', 'rx1'],
    ]),
    ['read-committed'],
  ],
  G1c: [
    concurrently([
      [0, 'ok', 'wx1 ry1'],
      [1, 'ok', 'wy1 rx1'],
    ]),
    ['read-committed'],
  ],
  'garbage-read': [
    concurrently([
      [0, 'ok', 'wx1'],
      [1, 'ok', 'rx2'],
    ]),
    ['read-uncommitted'],
  ],
  internal: [
    concurrently([
      [0, 'ok', 'wx1'],
      [1, 'ok', 'wx2 rx1'],
    ]),
    ['read-atomic'],
  ],
  'future-read': [concurrently([[0, 'ok', 'rx1 wx1']]), ['read-committed']],
  'lost-update': [
    concurrently([
      [0, 'ok', 'wx1'],
      [1, 'ok', 'rx1 wx2'],
      [2, 'ok', 'rx1 wx3'],
    ]),
    ['cursor-stability', 'update-atomic'],
  ],
  'G-single': [
    concurrently([
      [0, 'ok', 'ry1 wx1 wy2'],
      [1, 'ok', 'rx1 ry1'],
      [2, 'ok', 'wy1'],
    ]),
    ['monotonic-atomic-view'],
  ],
  'G2-item': [
    concurrently([
      [0, 'ok', 'rx_ wy1'],
      [1, 'ok', 'ry_ wx1'],
    ]),
    ['update-serializable', 'repeatable-read'],
  ],
  'G-single-process': [
    inSequence([
      [0, 'ok', 'wx1'],
      [0, 'ok', 'wx2'],
      [0, 'ok', 'rx1'],
    ]),
    ['strong-session-snapshot-isolation'],
  ],
  'G-single-realtime': [
    inSequence([
      [0, 'ok', 'wx1'],
      [1, 'ok', 'wx2'],
      [2, 'ok', 'rx1'],
    ]),
    ['strong-snapshot-isolation'],
  ],
};

import type { History } from '../../../harness/kernel/history.ts';
import { concurrently, inSequence } from './transaction-sketch.ts';

/** One history of lists per anomaly, and the weakest levels it rules out. */
export const LIST_ANOMALIES: Readonly<Record<string, readonly [history: History, weakest: readonly string[]]>> = {
  G0: [
    concurrently([
      [0, 'ok', 'ax1 ay1'],
      [1, 'ok', 'ax2 ay2'],
      [2, 'ok', 'rx[1,2] ry[2,1]'],
    ]),
    ['read-uncommitted'],
  ],
  'G0-process': [
    inSequence([
      [0, 'ok', 'ax1'],
      [0, 'ok', 'ax2'],
      [2, 'ok', 'rx[2,1]'],
    ]),
    ['strong-session-read-uncommitted'],
  ],
  'G0-realtime': [
    inSequence([
      [0, 'ok', 'ax1'],
      [1, 'ok', 'ax2'],
      [2, 'ok', 'rx[2,1]'],
    ]),
    ['strong-read-uncommitted'],
  ],
  G1a: [
    concurrently([
      [0, 'fail', 'ax1'],
      [1, 'ok', 'rx[1]'],
    ]),
    ['read-committed'],
  ],
  G1b: [
    concurrently([
      [0, 'ok', 'ax1 ax2'],
      [1, 'ok', 'rx[1]'],
    ]),
    ['read-committed'],
  ],
  G1c: [
    concurrently([
      [0, 'ok', 'ax1 ry[1]'],
      [1, 'ok', 'ay1 rx[1]'],
    ]),
    ['read-committed'],
  ],
  'G1c-process': [
    inSequence([
      [0, 'ok', 'rx[1]'],
      [0, 'ok', 'ax1'],
    ]),
    ['strong-session-read-committed'],
  ],
  'G1c-realtime': [
    inSequence([
      [0, 'ok', 'rx[1]'],
      [1, 'ok', 'ax1'],
    ]),
    ['strong-read-committed'],
  ],
  'G-single': [
    concurrently([
      [0, 'ok', 'ax1 ay1'],
      [1, 'ok', 'rx[1] ry_'],
    ]),
    ['monotonic-atomic-view'],
  ],
  'G-single-process': [
    inSequence([
      [0, 'ok', 'ax1'],
      [0, 'ok', 'rx_'],
      [1, 'ok', 'rx[1]'],
    ]),
    ['strong-session-snapshot-isolation'],
  ],
  'G-single-realtime': [
    inSequence([
      [0, 'ok', 'ax1'],
      [1, 'ok', 'rx_'],
      [2, 'ok', 'rx[1]'],
    ]),
    ['strong-snapshot-isolation'],
  ],
  'G-nonadjacent': [
    concurrently([
      [0, 'ok', 'ax1'],
      [1, 'ok', 'ay1'],
      [2, 'ok', 'rx[1] ry_'],
      [3, 'ok', 'rx_ ry[1]'],
    ]),
    ['repeatable-read', 'prefix'],
  ],
  'G2-item': [
    concurrently([
      [0, 'ok', 'rx_ ay1'],
      [1, 'ok', 'ry_ ax1'],
      [2, 'ok', 'rx[1] ry[1]'],
    ]),
    ['update-serializable', 'repeatable-read'],
  ],
  OTV: [
    concurrently([
      [0, 'ok', 'ax1 ay1'],
      [1, 'ok', 'rx[1] ry_'],
    ]),
    ['monotonic-atomic-view'],
  ],
  FracturedReadCO: [
    concurrently([
      [0, 'ok', 'ax1 ay1'],
      [1, 'ok', 'ry_ rx[1]'],
    ]),
    ['consistent-view', 'repeatable-read', 'read-atomic'],
  ],
  COConflictAO: [
    concurrently([
      [0, 'ok', 'ax1'],
      [1, 'ok', 'rx[1] ay1'],
      [2, 'ok', 'ry[1,2] rx_'],
      [3, 'ok', 'ay2'],
    ]),
    ['consistent-view', 'repeatable-read', 'causal'],
  ],
  'G-prefix': [
    concurrently([
      [0, 'ok', 'ax1'],
      [1, 'ok', 'rx[1] ax2 rx[1,2] ry_'],
      [2, 'ok', 'ay1'],
      [3, 'ok', 'ry[1] rx_'],
    ]),
    ['update-serializable', 'repeatable-read', 'prefix'],
  ],
  'G-update': [
    concurrently([
      [0, 'ok', 'rx_ ay1'],
      [1, 'ok', 'ry_ az1'],
      [2, 'ok', 'rz_ ax1'],
    ]),
    ['update-serializable', 'repeatable-read'],
  ],
  'lost-update': [
    concurrently([
      [0, 'ok', 'ax1'],
      [1, 'ok', 'rx[1] ax2'],
      [2, 'ok', 'rx[1] ax3'],
      [3, 'ok', 'rx[1,2,3]'],
    ]),
    ['cursor-stability', 'update-atomic'],
  ],
  internal: [concurrently([[0, 'ok', 'ax1 rx_']]), ['read-atomic']],
  'duplicate-elements': [
    concurrently([
      [0, 'ok', 'ax1'],
      [1, 'ok', 'rx[1,1]'],
    ]),
    ['read-uncommitted'],
  ],
  'incompatible-order': [
    concurrently([
      [0, 'ok', 'ax1 ax2'],
      [1, 'ok', 'ax3'],
      [2, 'ok', 'rx[1,2]'],
      [3, 'ok', 'rx[1,3]'],
    ]),
    ['read-committed'],
  ],
  'write-skew': [
    concurrently([
      [0, 'ok', 'rx_ ay1'],
      [1, 'ok', 'ry_ ax1'],
      [2, 'ok', 'rx[1] ry[1]'],
    ]),
    ['update-serializable', 'repeatable-read'],
  ],
  'garbage-read': [concurrently([[0, 'ok', 'rx[9]']]), ['read-uncommitted']],
  'future-read': [concurrently([[0, 'ok', 'rx[1] ax1']]), ['read-committed']],
  'dirty-update': [
    concurrently([
      [0, 'fail', 'ax1'],
      [1, 'info', 'ax2'],
      [2, 'ok', 'ax3'],
      [3, 'ok', 'rx[1,2,3]'],
    ]),
    ['read-committed'],
  ],
};

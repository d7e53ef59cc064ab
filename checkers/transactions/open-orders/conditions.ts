import { CYCLE_CLASSES, ORDERS, type CycleClass, type Order } from '../cycle-search.ts';
import { proscribes, type Level } from '../levels.ts';

/**
 * What a level asks of the order of all writes:
 * - `serial`: transactions, one after the other, read what was written last (no G2-item);
 * - `snapshot`: each reads from one state and commits over no write that it did not see (no G-nonadjacent);
 * - `update`: those that write are serial, together with any one of those that do not (no G-update);
 * - `prefix`: each reads from one state, and commits come one after the other (no G-prefix);
 * - `view`: none reads what somebody it depends on had overwritten (no G-single).
 */
export type Demand = 'serial' | 'snapshot' | 'update' | 'prefix' | 'view';

/** A demand on the order of all writes, together with an order of transactions that it must keep. */
export interface Condition {
  readonly demand: Demand;
  readonly order: Order;
  /** The anomaly that breaks this condition and, by itself, no weaker one. */
  readonly anomaly: string;
}

/** All conditions that levels set, each before those it implies. */
export const CONDITIONS: readonly Condition[] = [
  { demand: 'serial', order: '-realtime', anomaly: 'G2-item-realtime' },
  { demand: 'serial', order: '-process', anomaly: 'G2-item-process' },
  { demand: 'serial', order: '', anomaly: 'G2-item' },
  { demand: 'snapshot', order: '-realtime', anomaly: 'G-nonadjacent-realtime' },
  { demand: 'snapshot', order: '-process', anomaly: 'G-nonadjacent-process' },
  { demand: 'snapshot', order: '', anomaly: 'G-nonadjacent' },
  { demand: 'update', order: '', anomaly: 'G-update' },
  { demand: 'prefix', order: '', anomaly: 'G-prefix' },
  { demand: 'view', order: '', anomaly: 'G-single' },
];

/** The demands that each one includes. */
const INCLUDED: Readonly<Record<Demand, readonly Demand[]>> = {
  serial: ['serial', 'snapshot', 'update', 'prefix', 'view'],
  snapshot: ['snapshot', 'prefix', 'view'],
  update: ['update', 'view'],
  prefix: ['prefix'],
  view: ['view'],
};

/** The class of cycles least grave of those that a demand forbids, besides those of its own. */
const FORBIDS_UP_TO: Readonly<Record<Demand, CycleClass>> = {
  serial: 'G2-item',
  snapshot: 'G-nonadjacent',
  update: 'G-single',
  prefix: 'G1c',
  view: 'G-single',
};

/** Anomalies that are no class of cycles, by the demands that they break. */
const BROKEN_BY: Readonly<Record<string, readonly Demand[]>> = {
  'lost-update': ['serial', 'snapshot', 'update', 'view'],
  'write-skew': ['serial', 'update'],
  'G-update': ['serial', 'update'],
  'G-prefix': ['serial', 'snapshot', 'prefix'],
};

/** What a level asks of the order of all writes; undefined where whatever keeps dependencies in order will do. */
export function conditionOf(level: Level): Condition | undefined {
  return CONDITIONS.find(({ anomaly }) => proscribes(level, anomaly));
}

/** Whether the first condition cannot be met without meeting the second. */
export function includes(stronger: Condition, weaker: Condition): boolean {
  return (
    INCLUDED[stronger.demand].includes(weaker.demand) && ORDERS.indexOf(stronger.order) >= ORDERS.indexOf(weaker.order)
  );
}

/** Whether an anomaly shows that a condition is not met. */
export function breaks(anomaly: string, { demand, order }: Condition): boolean {
  if (proscribes('read-committed', anomaly)) return true;
  if (BROKEN_BY[anomaly]?.includes(demand) === true) return true;
  const classes = CYCLE_CLASSES.slice(0, CYCLE_CLASSES.indexOf(FORBIDS_UP_TO[demand]) + 1);
  const orders = ORDERS.slice(0, ORDERS.indexOf(order) + 1);
  return classes.some((cycleClass) => orders.some((each) => anomaly === cycleClass + each));
}

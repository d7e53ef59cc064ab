import type { Call } from './simulated-object.ts';

/** A few operations of clients of their own, whose order is fixed. */
export interface Scenario {
  readonly calls: readonly Call[];
  /** Numbers of calls: the first time one occurs it is called, the second time it returns. */
  readonly steps: readonly number[];
}

import type { Checker } from '../../harness/kernel/checker.ts';
import { guaranteesChecker } from './guarantees.ts';

/** Places histories in the lattice of consistency models. */
export const guaranteesCheckers: readonly Checker[] = [guaranteesChecker];

export { guarantees, type GuaranteeReport } from './guarantees.ts';
export type { HistoryFamily } from './history-family.ts';
export { LATTICE } from './lattice.ts';
export type { BrokenEdge, ModelVerdict } from './placement.ts';

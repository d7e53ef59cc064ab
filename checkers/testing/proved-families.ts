import { transactionFamilies } from '../transactions/testing/transaction-families.ts';
import { guaranteeFamilies } from './guarantee-families.ts';
import { linearizabilityFamilies } from './linearizability-families.ts';
import type { ProvedFamily } from './prove-family.ts';
import { sessionFamilies } from './session-families.ts';
import { totalsFamilies } from './totals-families.ts';

/** Every comparison with an oracle. One line per family of checkers. */
export const provedFamilies: readonly ProvedFamily[] = [
  ...linearizabilityFamilies,
  ...sessionFamilies,
  ...totalsFamilies,
  ...transactionFamilies,
  ...guaranteeFamilies,
];

import { doubtfulLogCases } from './doubtful-log-cases.ts';
import { edgeCases } from './edge-cases.ts';
import { lockCases } from './lock-cases.ts';
import { logAnswerCases } from './log-answer-cases.ts';
import { logCases } from './log-cases.ts';
import { objectCases } from './object-cases.ts';
import { plainLogCases } from './plain-log-cases.ts';
import { spreadCases } from './spread-cases.ts';
import { watchAnswerCases } from './watch-answer-cases.ts';
import { watchCases } from './watch-cases.ts';
import type { WorkloadCase } from './workload-case.ts';

/** All literal histories for the workload checkers. */
export const workloadCases: readonly WorkloadCase[] = [
  ...objectCases,
  ...spreadCases,
  ...edgeCases,
  ...plainLogCases,
  ...logCases,
  ...logAnswerCases,
  ...doubtfulLogCases,
  ...watchCases,
  ...watchAnswerCases,
  ...lockCases,
];

/** Consistency checkers as a library: histories in, verdicts with evidence out. */
export { checkerNamed, checkerNames } from './registry.ts';
export { runCheck, runChecks, type RunCheckOptions } from './run-check.ts';
export { checkLinearizable, type LinearizableOptions } from './check-linearizable.ts';

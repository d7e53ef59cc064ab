/** Consistency checkers as a library: histories in, verdicts with evidence out. */
export { checkerNamed, checkerNames } from './registry.ts';
export { checkLinearizable, type LinearizableOptions } from './check-linearizable.ts';

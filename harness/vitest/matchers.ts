import type { TargetRun } from '../library/run-target.ts';
import { answerOfLevel, answerOfPromise, answerOfWrites, type Answer } from './answer.ts';
import { failureMessage } from './failure-message.ts';

/** What vitest gives a matcher and wants back, as far as it is used here. */
interface MatcherState {
  readonly isNot: boolean;
}

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

type RunMatcher = (this: MatcherState, received: unknown) => Promise<MatcherResult>;

/** Matchers of `expect` for runs. A run that could not tell fails an assertion and its `.not` alike. */
export const RUN_MATCHERS: Readonly<Record<keyof RunAssertions, RunMatcher>> = {
  toBeLinearizable: matcher('to be linearizable', (run) => answerOfLevel(run, 'linearizable')),
  toBeSequential: matcher('to be sequentially consistent', (run) => answerOfLevel(run, 'sequential')),
  toBeCausal: matcher('to be causally consistent', (run) => answerOfLevel(run, 'causal')),
  toConverge: matcher('to converge', (run) => answerOfLevel(run, 'convergent')),
  toKeepAcknowledgedWrites: matcher('to keep acknowledged writes', answerOfWrites),
  toKeepItsPromise: matcher('to keep its promise', answerOfPromise),
};

/** Assertions about a run. All are asynchronous: `await expect(run).toBeLinearizable()`. */
export interface RunAssertions {
  /** One order of all operations agrees with real time and every answer. */
  toBeLinearizable(): Promise<void>;
  /** One order of all operations agrees with every process's own order and every answer. */
  toBeSequential(): Promise<void>;
  /** Causally related operations are seen in the same order by all. */
  toBeCausal(): Promise<void>;
  /** After healing, all nodes answer the same. */
  toConverge(): Promise<void>;
  /** Nothing that was acknowledged is lost; for workloads that add to a set. */
  toKeepAcknowledgedWrites(): Promise<void>;
  /** What the target's `promises` say of the workload held. */
  toKeepItsPromise(): Promise<void>;
}

function matcher(question: string, ask: (run: TargetRun) => Promise<Answer> | Answer): RunMatcher {
  return async function (this: MatcherState, received): Promise<MatcherResult> {
    if (!isRun(received)) {
      const message = `expected a run, as faultline.run returns it, to ask it ${question}; received ${describe(received)}`;
      return { pass: this.isNot, message: () => message };
    }
    const answer = await ask(received);
    const asked = this.isNot ? `not ${question}` : question;
    // `pass` with `.not` is a failure: doubt fails either way.
    const pass = answer.verdict === 'unknown' ? this.isNot : answer.verdict === 'valid';
    return { pass, message: () => failureMessage(received, asked, answer) };
  };
}

function isRun(value: unknown): value is TargetRun {
  return (
    typeof value === 'object' && value !== null && 'record' in value && 'history' in value && 'reportFile' in value
  );
}

function describe(value: unknown): string {
  return value instanceof Promise ? 'a promise; await it' : value === null ? 'null' : typeof value;
}

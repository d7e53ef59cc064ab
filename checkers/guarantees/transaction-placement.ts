import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult, Finding } from '../../harness/kernel/verdict.ts';
import { listAppendChecker } from '../transactions/list-append/check-list-append.ts';
import { isTested, LEVELS, NOT_TESTED, proscribes, type Level } from '../transactions/levels.ts';
import { rwRegisterChecker } from '../transactions/rw-register/check-rw-register.ts';
import { weakIsolationChecker } from '../transactions/weak-isolation/check-weak-isolation.ts';
import { WEAK_LEVELS } from '../transactions/weak-isolation/pattern-search.ts';
import { implied, transactional } from './lattice.ts';
import { placementOf, type ModelVerdict, type Placement } from './placement.ts';
import { TimeShare } from './time-share.ts';

/**
 * Places a history of transactions (`txn` operations: lists of `append` and `r`, or of `w` and `r`). Where the order of
 * writes to registers leaves weak levels undecided, they are judged once more without any.
 */
export function placeTransactions(history: History, context: CheckContext): Placement {
  const share = new TimeShare(context);
  const checker = appends(history) ? listAppendChecker : rwRegisterChecker;
  const options = { ...context.options, level: 'strict-serializable' };
  const result = share.run(checker, history, options, checker === rwRegisterChecker ? 0.7 : 1);
  const verdicts = verdictsIn(checker, result);
  const isOpen = WEAK_LEVELS.some((level) => verdicts.get(transactional(level))?.verdict === 'unknown');
  if (checker === rwRegisterChecker && isOpen) addWeakLevels(verdicts, share.run(weakIsolationChecker, history, {}, 1));
  const shown = shownOf(verdicts, result.findings);
  const breaking = (model: string): number[] =>
    shown.flatMap((finding, position) => (isBrokenBy(model, finding) ? [position] : []));
  return placementOf(verdicts, shown, breaking);
}

function verdictsIn({ name }: Checker, result: CheckResult): Map<string, ModelVerdict> {
  const ruledOut = namesIn(result, 'ruledOut');
  const possible = namesIn(result, 'possible');
  const [notSettled = 'the order of some writes is not known'] = namesIn(result, 'notSettled').filter(
    (why) => why !== NOT_TESTED,
  );
  // The reason of the result is about the level that was asked for; the others' own is that they were not tested.
  const reasonOf = (level: Level): string =>
    namesIn(result, 'notSettled').includes(NOT_TESTED) && !isTested(level) ? NOT_TESTED : (result.reason ?? notSettled);
  return new Map(
    LEVELS.map((level): [string, ModelVerdict] => {
      if (ruledOut.includes(level)) return [transactional(level), { verdict: 'invalid', decidedBy: name }];
      if (possible.includes(level)) return [transactional(level), { verdict: 'valid', decidedBy: name }];
      return [transactional(level), { verdict: 'unknown', decidedBy: name, reason: reasonOf(level) }];
    }),
  );
}

/** The weak levels of that checker also ask for session order, so that they show ours but do not rule them out. */
function addWeakLevels(verdicts: Map<string, ModelVerdict>, result: CheckResult): void {
  for (const level of namesIn(result, 'possible').map(transactional)) {
    for (const model of [level, ...implied(level)]) {
      if (verdicts.get(model)?.verdict === 'unknown')
        verdicts.set(model, { verdict: 'valid', decidedBy: weakIsolationChecker.name });
    }
  }
}

/** For each broken level, weakest first, a finding that breaks it, unless one shown before does. */
function shownOf(verdicts: ReadonlyMap<string, ModelVerdict>, findings: readonly Finding[]): readonly Finding[] {
  const shown: Finding[] = [];
  for (const [model, { verdict }] of verdicts) {
    if (verdict !== 'invalid' || shown.some((finding) => isBrokenBy(model, finding))) continue;
    const finding = findings.find((candidate) => isBrokenBy(model, candidate));
    if (finding !== undefined) shown.push(finding);
  }
  return shown;
}

function isBrokenBy(model: string, { anomaly }: Finding): boolean {
  const level = LEVELS.find((candidate: Level) => transactional(candidate) === model);
  return level !== undefined && proscribes(level, anomaly);
}

function namesIn(result: CheckResult, fact: string): readonly string[] {
  const names = result.facts[fact];
  return Array.isArray(names) ? (names as readonly JsonValue[]).filter((name) => typeof name === 'string') : [];
}

function appends(history: History): boolean {
  for (const code of history.columns.value) {
    if (code >= 0) continue;
    const value = history.decode(code);
    if (!Array.isArray(value)) continue;
    for (const step of value as readonly JsonValue[]) {
      const [f, , found = null] = Array.isArray(step) ? (step as readonly JsonValue[]) : [];
      if (f === 'append') return true;
      // A history of reads alone may be either: lists tell.
      if (f === 'w' || (f === 'r' && found !== null && !Array.isArray(found))) return false;
    }
  }
  return true;
}

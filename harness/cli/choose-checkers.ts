import { optionNamesOf, refuseOptionsUnreadByAll } from '../../checkers/checker-options.ts';
import { functionsOfModel, modelNames } from '../../checkers/linearizability/linearizability-checker.ts';
import { checkerNames } from '../../checkers/registry.ts';
import { LEVELS, WEAK_LEVELS, levelNamed } from '../../checkers/transactions/index.ts';
import type { CheckerUse } from '../kernel/checker.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { isSessionOrdered, type HistoryFormat } from '../history/index.ts';
import { TYPE_INVOKE, type History } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import { suggestName } from '../kernel/suggest-name.ts';
import { assumptionsOf } from './foreign-assumptions.ts';
import { recogniseHistory } from './recognise-history.ts';

/** Which judge the user asked for. All undefined: whatever fits the operations. */
export interface AskedJudge {
  readonly model: string | undefined;
  readonly checker: string | undefined;
  readonly level: string | undefined;
  /** Options of the judge, over those that it would get otherwise. */
  readonly options: CheckerUse['options'];
}

/** The judges of a history. */
export interface ChosenJudges {
  readonly uses: readonly CheckerUse[];
  /** What was assumed, one sentence each. */
  readonly notes: readonly string[];
}

const ONLY_GROWING =
  'Values that only grow: it is judged that none goes back in real time, not by how much each increment raises it.';

/** Levels of single objects, by the checker that tells them. */
const OBJECT_LEVELS: Readonly<Record<string, string>> = {
  linearizable: 'linearizability',
  sequential: 'sequential',
  causal: 'causal',
  'causal-convergence': 'causal-convergence',
  'causal-memory': 'causal-memory',
  pram: 'pram',
  'read-your-writes': 'read-your-writes',
  'monotonic-reads': 'monotonic-reads',
  'monotonic-writes': 'monotonic-writes',
  'writes-follow-reads': 'writes-follow-reads',
  regular: 'regular',
  safe: 'safe',
  'two-atomic': 'two-atomic',
  convergent: 'convergence',
};

/**
 * The judges for a history: those asked for, combined, or those that its operations call for. Throws usage errors, also
 * for options that none of the judges reads.
 */
export function chooseCheckers(history: History, format: HistoryFormat, given: AskedJudge): ChosenJudges {
  const asked = withNamedOptions(given);
  const { uses, notes } = isSessionOrdered(format) ? judgesOfSessions(history, asked) : judgesOf(history, asked);
  const options = asked.options ?? {};
  refuseOptionsUnreadByAll(
    uses.map(({ checker }) => checker),
    options,
  );
  const areSeveral = uses.some(isOfSeveralRegisters);
  const areRegisters = (use: CheckerUse): boolean => isOfRegisters(use, history);
  const isAboutRegisters = areSeveral || uses.some(areRegisters);
  const assumed = isAboutRegisters
    ? assumptionsOf(format, history, areSeveral).filter(({ name }) => !Object.hasOwn(options, name))
    : [];
  const ofRegisters = Object.fromEntries(assumed.map(({ name, value }) => [name, value]));
  const takesThem = (use: CheckerUse): boolean => areRegisters(use) || isOfSeveralRegisters(use);
  return {
    uses: uses.map((use) => {
      const defaults = { ...powerOf(format), ...(takesThem(use) ? ofRegisters : {}) };
      return withOptions(withOptions(use, defaults), options);
    }),
    notes: [...notes, ...assumed.map(({ why }) => why)],
  };
}

/**
 * `--option model=M` and `level=L` choose a judge as `--model` and `--level` do, where no checker is named: what the
 * operations look like is not asked then.
 */
function withNamedOptions(asked: AskedJudge): AskedJudge {
  const { checker, options = {} } = asked;
  if (checker !== undefined) return asked;
  const { model, level, ...others } = options;
  return {
    ...asked,
    model: namedOption('model', asked.model, model),
    level: namedOption('level', asked.level, level),
    options: others,
  };
}

function namedOption(name: string, asked: string | undefined, option: JsonValue | undefined): string | undefined {
  if (option === undefined) return asked;
  if (asked !== undefined) {
    throw new HarnessError('usage', `--${name} and --option ${name}=... say the same twice: leave out one of them`);
  }
  return typeof option === 'string' ? option : JSON.stringify(option);
}

/** To other tools a history in which nothing was answered is valid: docs/decisions/0014. */
function powerOf(format: HistoryFormat): NonNullable<CheckerUse['options']> {
  return format === 'faultline' || format === 'jsonl' ? {} : { power: 'any' };
}

/** Of files that know no real time: weak levels unless told otherwise, and no level that asks for real time. */
function judgesOfSessions(history: History, asked: AskedJudge): ChosenJudges {
  const { checker, level, model } = asked;
  const needsRealTime =
    level !== undefined && /^strong-(?!session-)|^strict-|^linearizable$/.test(levelNamed(level) ?? level);
  if (needsRealTime) {
    throw new HarnessError(
      'usage',
      `level ${level} asks for real time, and the file has none: ask for serializable or strong-session-serializable`,
    );
  }
  if (checker === undefined && level === undefined && model === undefined) {
    const use = { checker: 'weak-isolation', options: { level: 'causal' } };
    const why = 'Transactions of sessions without times: judged by weak-isolation at causal';
    return { uses: [use], notes: [`${why} (--level serializable, snapshot-isolation, ... asks for more).`] };
  }
  const chosen = judgesOf(history, asked);
  if (level !== undefined || !chosen.uses.some((use) => use.checker === 'rw-register')) return chosen;
  const uses = chosen.uses.map((use) => ({
    ...use,
    options: { level: 'strong-session-serializable', ...use.options },
  }));
  return { uses, notes: [...chosen.notes, 'The file has no times: judged at strong-session-serializable.'] };
}

function judgesOf(history: History, asked: AskedJudge): ChosenJudges {
  const { model, checker, level } = asked;
  if (checker !== undefined && !checkerNames().includes(checker)) throw unknown('checker', checker, checkerNames());
  if (model !== undefined && !modelNames().includes(model)) throw unknown('model', model, modelNames());
  if (model !== undefined && (level === undefined || level === 'linearizable')) refuseOtherObject(history, model);
  const options = {
    ...(model === undefined ? {} : { model }),
    ...(level === undefined ? {} : { level: knownLevel(level) }),
  };
  if (checker !== undefined) {
    for (const name of Object.keys(options)) {
      if (optionNamesOf(checker).includes(name)) continue;
      throw new HarnessError('usage', `checker ${checker} does not take a ${name}: leave out --${name} or --checker`);
    }
    return { uses: [{ checker, options }], notes: [] };
  }
  if (level !== undefined) {
    const use = ofLevel(history, options.level ?? level, model);
    return { uses: [use], notes: use.checker === 'monotonic' ? [ONLY_GROWING] : [] };
  }
  if (model !== undefined) return { uses: [{ checker: 'linearizability', options }], notes: [] };
  const { uses, what } = recogniseHistory(history);
  const judges = uses.map(({ checker: name, options: its }) =>
    typeof its?.['model'] === 'string' ? `${name} with model ${its['model']}` : name,
  );
  return { uses, notes: [`The operations look like ${what}: judged by ${judges.join(' and ')}.`] };
}

/** A model that has none of the operations was not meant: nothing could be said by it. */
function refuseOtherObject({ fNames }: History, model: string): void {
  const has = (name: string, f: string): boolean => functionsOfModel(name).includes(f);
  if (fNames.length === 0 || fNames.some((f) => has(model, f))) return;
  const fitting = modelNames().filter((name) => fNames.every((f) => has(name, f)));
  const expected =
    fitting.length === 0
      ? `no model has them, there are ${modelNames().join(', ')}: leave out --model`
      : `expected ${fitting.join(' or ')}, or leave out --model`;
  const own = functionsOfModel(model).join(', ');
  throw new HarnessError('usage', `the operations are ${fNames.join(', ')}, and ${model} has ${own}: ${expected}`);
}

function withOptions(use: CheckerUse, more: NonNullable<CheckerUse['options']>): CheckerUse {
  const names = optionNamesOf(use.checker);
  const taken = Object.entries(more).filter(([name]) => names.includes(name));
  return { ...use, options: { ...use.options, ...Object.fromEntries(taken) } };
}

/** Whether a judge of registers reads values as they are told to be read, and there are registers to judge. */
function isOfRegisters({ checker, options }: CheckerUse, history: History): boolean {
  // A counter begins with a number of its own.
  if (!optionNamesOf(checker).includes('initial') || checker === 'counter') return false;
  const model = options?.['model'] ?? 'cas-register';
  if (checker === 'linearizability') return model === 'register' || model === 'cas-register';
  return history.fNames.every((name) => ['read', 'write', 'cas'].includes(name));
}

function isOfSeveralRegisters({ checker, options }: CheckerUse): boolean {
  return checker === 'linearizability' && options?.['model'] === 'multi-register';
}

function ofLevel(history: History, level: string, model: string | undefined): CheckerUse {
  const options = model === undefined ? {} : { model };
  const transactional = transactionChecker(history);
  if (level === 'linearizable' || levelNamed(level) === 'strict-serializable') {
    const several = recogniseHistory(history).uses.find(isOfSeveralRegisters);
    if (several !== undefined && model === undefined) return several;
  }
  if (transactional !== undefined) {
    if (levelNamed(level) === undefined) {
      throw new HarnessError('usage', `level ${level} is about single objects, and this history is of transactions`);
    }
    // Between reads and writes of registers these levels are decided exactly without any order of writes.
    const isWeak = transactional === 'rw-register' && WEAK_LEVELS.some((each) => each === level);
    if (model === undefined) return { checker: isWeak ? 'weak-isolation' : transactional, options: { level } };
    throw new HarnessError('usage', 'a history of transactions is not judged by a model: leave out --model or --level');
  }
  const own = model === undefined ? ownJudge(history, level) : undefined;
  if (own !== undefined) return own;
  const checker = OBJECT_LEVELS[level];
  if (checker === undefined) {
    const instead = model === undefined ? '' : `; for ${model} as linearizable, leave out --level`;
    throw new HarnessError('usage', `level ${level} is about transactions, and this history has none${instead}`);
  }
  if (model !== undefined && !optionNamesOf(checker).includes('model')) {
    const instead = `leave out --model for ${level}, or --level for ${model} as linearizable`;
    throw new HarnessError('usage', `level ${level} is told of registers only: ${instead}`);
  }
  if (checker !== 'linearizability' || model !== undefined) return { checker, options };
  const { uses, what } = recogniseHistory(history);
  const use = uses.find((each) => each.checker === checker);
  if (use !== undefined) return use;
  const judges = uses.map((each) => each.checker).join(' and ');
  throw new HarnessError(
    'usage',
    `the operations look like ${what}, which ${judges} judges at no level: leave out --level, or say --model`,
  );
}

function knownLevel(level: string): string {
  if (Object.hasOwn(OBJECT_LEVELS, level) || levelNamed(level) !== undefined) return level;
  throw unknown('level', level, [...new Set([...Object.keys(OBJECT_LEVELS), ...LEVELS])]);
}

/** Grow-only sets have a judge of their own for both levels that they can have, and values that only grow for one. */
function ownJudge(history: History, level: string): CheckerUse | undefined {
  if (!['linearizable', 'convergent'].includes(level)) return undefined;
  const { uses } = recogniseHistory(history);
  const checker = ['set', 'monotonic'].find((name) => uses.some((use) => use.checker === name));
  if (checker === undefined || (checker === 'monotonic' && level === 'convergent')) return undefined;
  return { checker, options: level === 'linearizable' ? { level } : {} };
}

/** Transactions that append are lists, others registers. Undefined where the history has no transactions. */
function transactionChecker(history: History): string | undefined {
  const code = history.fNames.indexOf('txn');
  if (code === -1) return undefined;
  const { f, type, value } = history.columns;
  for (let index = 0; index < history.length; index++) {
    if (f[index] !== code || type[index] !== TYPE_INVOKE) continue;
    const operations = history.decode(value[index] ?? 0);
    if (!Array.isArray(operations)) continue;
    for (const operation of operations) {
      const [name]: readonly unknown[] = Array.isArray(operation) ? operation : [];
      if (name === 'append') return 'list-append';
      if (name === 'w') return 'rw-register';
    }
  }
  const isOfLists = recogniseHistory(history).uses.some(({ checker }) => checker === 'list-append');
  return isOfLists ? 'list-append' : 'rw-register';
}

function unknown(what: string, name: string, known: readonly string[]): HarnessError {
  const meant = suggestName(name, known);
  const hint = meant === undefined ? '' : `did you mean ${meant}? `;
  return new HarnessError(
    'usage',
    `unknown ${what} ${JSON.stringify(name)}; ${hint}expected one of ${known.join(', ')}`,
  );
}

import { modelNames } from '../../checkers/linearizability/linearizability-checker.ts';
import { checkerNames } from '../../checkers/registry.ts';
import { LEVELS, levelNamed } from '../../checkers/transactions/index.ts';
import type { CheckerUse } from '../kernel/checker.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { TYPE_INVOKE, type History } from '../kernel/history.ts';

/** Which judge the user asked for. All undefined: whatever fits the operations. */
export interface AskedJudge {
  readonly model: string | undefined;
  readonly checker: string | undefined;
  readonly level: string | undefined;
}

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
  convergent: 'convergence',
};

/** The judges for a history: those asked for, combined, or those that its operations call for. Throws usage errors. */
export function chooseCheckers(history: History, asked: AskedJudge): readonly CheckerUse[] {
  const { model, checker, level } = asked;
  if (checker !== undefined && !checkerNames().includes(checker)) throw unknown('checker', checker, checkerNames());
  if (model !== undefined && !modelNames().includes(model)) throw unknown('model', model, modelNames());
  const options = model === undefined ? {} : { model };
  if (checker !== undefined) {
    return [{ checker, options: { ...options, ...(level === undefined ? {} : { level: knownLevel(level) }) } }];
  }
  if (level !== undefined) return [ofLevel(history, knownLevel(level), options)];
  if (model !== undefined) return [{ checker: 'linearizability', options }];
  return [byOperations(history)];
}

function ofLevel(history: History, level: string, options: CheckerUse['options']): CheckerUse {
  const transactional = transactionChecker(history);
  if (transactional !== undefined) return { checker: transactional, options: { ...options, level } };
  const checker = OBJECT_LEVELS[level];
  if (checker === undefined) {
    throw new HarnessError('usage', `level ${level} is about transactions, and this history has none`);
  }
  return { checker, ...(options === undefined ? {} : { options }) };
}

function knownLevel(level: string): string {
  if (Object.hasOwn(OBJECT_LEVELS, level) || levelNamed(level) !== undefined) return level;
  throw unknown('level', level, [...new Set([...Object.keys(OBJECT_LEVELS), ...LEVELS])]);
}

/** Which sequential object knows these functions; the first whose functions cover all that occur. */
const OBJECTS: readonly (readonly [model: string, functions: readonly string[]])[] = [
  ['cas-register', ['read', 'write', 'cas']],
  ['fifo-queue', ['enqueue', 'dequeue']],
  ['stack', ['push', 'pop', 'peek']],
  ['mutex', ['acquire', 'release']],
  ['kv', ['get', 'put', 'append']],
];

function byOperations(history: History): CheckerUse {
  const transactional = transactionChecker(history);
  if (transactional !== undefined) return { checker: transactional };
  const names = history.fNames;
  if (names.includes('add') && typeof sampleAnswer(history, 'read') === 'object') return { checker: 'set' };
  if (names.includes('add')) return { checker: 'linearizability', options: { model: 'counter' } };
  const fitting = OBJECTS.find(([, functions]) => names.length > 0 && names.every((name) => functions.includes(name)));
  if (fitting !== undefined) return { checker: 'linearizability', options: { model: fitting[0] } };
  throw new HarnessError(
    'usage',
    `cannot tell from the operations (${names.join(', ') || 'none'}) what to check; say --checker or --model`,
  );
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
  return 'rw-register';
}

/** The first answer to a function that is not null. */
function sampleAnswer(history: History, name: string): unknown {
  for (let index = 0; index < history.length; index++) {
    const op = history.columns.type[index] === TYPE_INVOKE ? undefined : history.at(index);
    if (op?.f === name && op.type === 'ok' && op.value !== null) return op.value;
  }
  return undefined;
}

function unknown(what: string, name: string, known: readonly string[]): HarnessError {
  return new HarnessError('usage', `unknown ${what} ${JSON.stringify(name)}; expected one of ${known.join(', ')}`);
}

import fc from 'fast-check';
import { guarantees, type GuaranteeReport } from '../guarantees/index.ts';
import { implied, LATTICE, OBJECT_MODELS, transactional } from '../guarantees/lattice.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { LEVELS } from '../transactions/levels.ts';
import { possibleLevels, ORACLE_LEVELS } from '../transactions/testing/graph-oracle.ts';
import { oracleTransactions } from '../transactions/testing/oracle-transactions.ts';
import { randomHistory, randomTransactions } from '../transactions/testing/random-transactions.ts';
import { hasOrder, oracleOps, type OracleStep } from './brute-force.ts';
import { canHaveConverged } from './convergence-oracle.ts';
import { registerStep } from './linearizability-families.ts';
import { counterOracle, queueOracle, setOracle } from './object-oracles.ts';
import { overlappingHistory, overlaps, type OperationSketch } from './overlapping-history.ts';
import { provedFamily, type Comparison, type ProvedFamily } from './prove-family.ts';
import { repeatedHistory, repeatedRegisters, uniqueHistories, type RepeatedRegisters } from './repeated-registers.ts';
import { ORACLES, problemOf } from './session-families.ts';
import { contextWith, keepOps } from './sketch.ts';

/** What is wrong with a report by itself: every line is a fault. */
export function faultsOf(report: GuaranteeReport, placeAlone: (ops: readonly number[]) => GuaranteeReport): string[] {
  const { models, notAsked, strongest, weakestBroken, undecided, edges, findings } = report;
  const faults: string[] = [];
  const verdictOf = (model: string): string | undefined => models[model]?.verdict;
  for (const model of LATTICE.keys()) {
    if (Object.hasOwn(models, model) === notAsked.includes(model)) faults.push(`${model} is asked and not asked`);
    for (const weaker of implied(model)) {
      if (verdictOf(model) === 'valid' && Object.hasOwn(models, weaker) && verdictOf(weaker) !== 'valid')
        faults.push(`${model} holds, ${weaker} does not`);
      if (verdictOf(weaker) === 'invalid' && Object.hasOwn(models, model) && verdictOf(model) !== 'invalid')
        faults.push(`${weaker} is broken, ${model} is not`);
    }
    if ((verdictOf(model) === 'unknown') !== undecided.includes(model)) faults.push(`${model} is undecided and is not`);
    if (verdictOf(model) === 'unknown' && !models[model]?.reason) faults.push(`${model} is undecided without a reason`);
    const own = models[model]?.findings ?? [];
    if ((verdictOf(model) === 'invalid') !== own.length > 0) faults.push(`${model} has ${own.length} findings`);
    const isTop =
      verdictOf(model) === 'valid' &&
      ![...LATTICE.keys()].some((other) => verdictOf(other) === 'valid' && implied(other).has(model));
    if (isTop !== strongest.includes(model)) faults.push(`${model} is strongest and is not`);
    const isBottom =
      verdictOf(model) === 'invalid' && ![...implied(model)].some((other) => verdictOf(other) === 'invalid');
    if (isBottom !== weakestBroken.includes(model)) faults.push(`${model} is the weakest broken one and is not`);
    for (const weaker of LATTICE.get(model) ?? []) {
      const fell = verdictOf(model) === 'invalid' && verdictOf(weaker) === 'valid';
      const found = edges.filter((edge) => edge.stronger === model && edge.weaker === weaker);
      if (found.length !== (fell ? 1 : 0))
        faults.push(`the edge from ${model} to ${weaker} has ${found.length} findings`);
      if (found.some(({ finding }) => !own.includes(finding))) faults.push(`the finding of ${model} is another's`);
    }
  }
  for (const [position, { ops }] of findings.entries()) {
    const alone = placeAlone(ops);
    for (const [model, { findings: own = [] }] of Object.entries(models)) {
      if (own[0] === position && alone.models[model]?.verdict !== 'invalid')
        faults.push(`finding ${position} alone does not break ${model}`);
    }
  }
  return faults;
}

function compareReports(
  history: History,
  options: Readonly<Record<string, JsonValue>>,
  expected: ReadonlyMap<string, string>,
): Comparison {
  const report = guarantees(history, contextWith(options));
  // The operations of a finding may all be reads, and have been taken for what the whole history is of.
  const own = report.object === null ? options : { ...options, model: report.object };
  const faults = faultsOf(report, (ops) => guarantees(keepOps(history, ops), contextWith(own)));
  const came = [...expected.keys()].map((model) => `${model} ${report.models[model]?.verdict}`);
  const wanted = [...expected].map(([model, verdict]) => `${model} ${verdict}`);
  const differs = came.filter((each, position) => each !== wanted[position]);
  if (differs.length + faults.length > 0) {
    return {
      came: [...differs, ...faults].join(', '),
      expected: wanted.filter((each, at) => each !== came[at]).join(', '),
    };
  }
  const strongest = `${report.family}: ${report.strongest.length === 0 ? 'nothing' : report.strongest.join(' and ')}`;
  return { came: strongest, expected: strongest };
}

/** What brute force says about every model of registers; `unknown` where nothing was answered. */
function expectedOfRegisters(history: History, sample: RepeatedRegisters): ReadonlyMap<string, string> {
  const { initial, nullReads } = sample;
  const expected = new Map<string, string>();
  const answers = Array.from({ length: history.length }, (_, index) => history.at(index)).filter(
    ({ type }) => type === 'ok',
  );
  const isSilent = answers.every(({ f, value }) => f === 'read' && value === null && nullReads === 'any');
  const uniques = [...uniqueHistories(history, sample)].map((unique) => ({ unique, problem: problemOf(unique) }));
  const ops = oracleOps(history).filter(({ f, answer }) => !(f === 'read' && answer === null && nullReads === 'any'));
  const isLinearizable = ['k0', 'k1'].every((key) =>
    hasOrder(
      ops.filter(
        ({ call, refused, f }) => history.at(call).key === key && !(refused && !isObservation(history, call, f)),
      ),
      initial,
      registerStep,
    ),
  );
  // Answers that say nothing show nothing, unless linearizability shows everything.
  const isUntested = answers.length === 0 || (isSilent && !isLinearizable);
  for (const model of OBJECT_MODELS) {
    if (model === 'linearizable' || model === 'convergent') continue;
    const oracle = ORACLES[model];
    const kept = uniques.some(({ unique, problem }) => {
      if (model !== 'safe' && problem.strays.length > 0) return false;
      return oracle?.(unique, problem) ?? false;
    });
    expected.set(model, isUntested ? 'unknown' : kept ? 'valid' : 'invalid');
  }
  expected.set('linearizable', !isLinearizable ? 'invalid' : answers.length === 0 ? 'unknown' : 'valid');
  return expected;
}

/** Whether a failed operation says something: a compare-and-set that was answered. */
function isObservation(history: History, call: number, f: string): boolean {
  const pair = history.columns.pair[call] ?? -1;
  return f === 'cas' && history.at(pair).error?.code === 'precondition';
}

function registerFamily(name: string, cases: fc.Arbitrary<RepeatedRegisters>): ProvedFamily {
  return provedFamily({
    name: `guarantees/${name}`,
    cases,
    compare(sample: RepeatedRegisters) {
      const history = repeatedHistory(sample);
      const { initial, nullReads } = sample;
      // Reads alone may be reads of anything.
      const options = { initial, nullReads, ...(history.fNames.join() === 'read' ? { model: 'register' } : {}) };
      const comparison = compareReports(history, options, expectedOfRegisters(history, sample));
      const verdict = guarantees(history, contextWith(options)).models['convergent']?.verdict;
      const doubt = contradictsConvergence(history, sample, verdict);
      return { ...comparison, came: comparison.came + doubt };
    },
  });
}

/** What is wrong with a verdict on convergence; nothing where brute force may say so too. */
function contradictsConvergence(history: History, sample: RepeatedRegisters, verdict: string | undefined): string {
  const truth = canHaveConverged(history, sample);
  if (verdict === 'invalid' && truth !== 'no') return `; convergent is invalid, brute force says ${truth}`;
  return '';
}

interface Draw {
  readonly update: boolean;
  readonly what: number;
  readonly value: number;
  readonly end: 'ok' | 'info' | 'none';
  readonly open: number;
  readonly process: number;
}

const draws = fc.array(
  fc.record({
    update: fc.boolean(),
    what: fc.nat(7),
    value: fc.nat(7),
    end: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'ok', 'info', 'none'),
    open: overlaps,
    process: fc.nat(3),
  } satisfies Record<keyof Draw, unknown>),
  { maxLength: 8 },
) as fc.Arbitrary<Draw[]>;

type Sketched = Pick<OperationSketch, 'f' | 'input' | 'answer'>;

function objectFamily<State>(
  name: string,
  initial: State,
  step: OracleStep<State>,
  sketchOf: (draw: Draw, order: number, earlier: readonly OperationSketch[]) => Sketched,
): ProvedFamily {
  return provedFamily({
    name: `guarantees/${name}`,
    cases: draws,
    compare(list: readonly Draw[]) {
      const earlier: OperationSketch[] = [];
      for (const [order, draw] of list.entries()) {
        const { end, open, process } = draw;
        earlier.push({ ...sketchOf(draw, order, earlier), end, open, process });
      }
      const history = overlappingHistory(earlier);
      const ops = oracleOps(history);
      const answered = ops.some(({ ret }) => ret !== Infinity) && ops.some(({ f }) => f !== 'read');
      const verdict = !answered ? 'unknown' : hasOrder(ops, initial, step) ? 'valid' : 'invalid';
      return compareReports(history, {}, new Map([['linearizable', verdict]]));
    },
  });
}

const transactions = provedFamily({
  name: 'guarantees/list-append',
  cases: randomTransactions,
  compare(sample) {
    const history = randomHistory(sample, 'append');
    const possible = possibleLevels(oracleTransactions(history), true);
    return compareTransactions(history, (level) => possible.has(level));
  },
});

const registers = provedFamily({
  name: 'guarantees/rw-register',
  cases: randomTransactions,
  compare(sample) {
    const history = randomHistory(sample, 'w');
    const possible = possibleLevels(oracleTransactions(history), false);
    return compareTransactions(history, (level) => possible.has(level));
  },
});

/** No level is called broken that is possible, or held that is not; the report does not contradict itself. */
function compareTransactions(
  history: History,
  isPossible: (level: (typeof ORACLE_LEVELS)[number]) => boolean,
): Comparison {
  const report = guarantees(history, contextWith());
  // What a finding needs besides its own operations is the business of the families of transactions.
  const faults = faultsOf(report, () => report);
  for (const level of ORACLE_LEVELS) {
    const verdict = report.models[transactional(level)]?.verdict;
    if (verdict === 'invalid' && isPossible(level) && !level.endsWith('read-uncommitted'))
      faults.push(`${level} is possible`);
    if (verdict === 'valid' && !isPossible(level) && !level.endsWith('read-uncommitted'))
      faults.push(`${level} is impossible`);
  }
  if (Object.keys(report.models).length !== LEVELS.length) faults.push('some levels are not asked');
  const strongest = report.strongest.length === 0 ? 'nothing' : report.strongest.join(' and ');
  return faults.length > 0 ? { came: faults.join(), expected: '' } : { came: strongest, expected: strongest };
}

/** Elements of adds so far, some of them left out. */
function likelyElements(draw: Draw, earlier: readonly OperationSketch[]): JsonValue[] {
  const added = [...new Set(earlier.filter(({ f }) => f === 'add').map(({ input }) => input))];
  return draw.what < 3 ? added : added.filter((_, index) => ((draw.value * 37 + draw.what * 11) >> index) % 2 === 0);
}

/** Placements in the lattice: every verdict against brute force, and the whole against itself. */
export const guaranteeFamilies: readonly ProvedFamily[] = [
  registerFamily('registers', repeatedRegisters(6)),
  registerFamily(
    'registers of unique values',
    repeatedRegisters(8).map((sample) => ({ ...sample, values: 'unique' as const })),
  ),
  objectFamily('queues', [] as readonly JsonValue[], queueOracle, ({ update, value }, order) =>
    update
      ? { f: 'enqueue', input: order, answer: order }
      : { f: 'dequeue', input: null, answer: value === 7 ? null : value },
  ),
  objectFamily('counters', 0, counterOracle, ({ update, value, what }) =>
    update ? { f: 'add', input: value % 3, answer: value % 3 } : { f: 'read', input: null, answer: what },
  ),
  objectFamily('sets', [] as readonly JsonValue[], setOracle, (draw, order, earlier) =>
    draw.update
      ? { f: 'add', input: order, answer: order }
      : { f: 'read', input: null, answer: likelyElements(draw, earlier) },
  ),
  transactions,
  registers,
];

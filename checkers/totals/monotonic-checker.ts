import type { Checker } from '../../harness/kernel/checker.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import type { Operations } from '../judging/operations.ts';
import { operationsChecker } from '../judging/operations-checker.ts';
import { judged } from '../judging/results.ts';
import { sampleFindings } from '../judging/sample-findings.ts';
import { capital, quote, when, who } from '../judging/wording.ts';

/** A value that went backwards. */
interface Decrease {
  readonly name: string;
  readonly earlier: number;
  readonly later: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Judges values that may only grow: every answer that is a number, or an object of numbers by name (several values read
 * together), of any operation, unless it only repeats the operation's argument. The number that an operation on a key
 * answers is the value of that key; an object that it answers is an object of that key, whose values have nothing to do with
 * those of the same names under other keys. An object that an operation without a key answers holds values by key.
 *
 * Anomalies: `nonmonotonic` (a process saw a value go backwards), with option `level: 'linearizable'` also `stale` (an
 * operation that began after another was answered saw less), and `incomparable` (two readings of the same values of which
 * each is ahead of the other somewhere).
 *
 * O(n log n) in answered values.
 */
export const monotonicChecker: Checker = operationsChecker('monotonic', (operations, { options, budget }) => {
  const readings = readingsOf(operations);
  budget.step(readings.length);
  const findings: Finding[] = tellDecreases(operations, 'nonmonotonic', decreasesPerProcess(operations, readings));
  if (options.text('level') === 'linearizable') {
    findings.push(...tellDecreases(operations, 'stale', decreasesInTime(operations, readings)));
  }
  findings.push(...tellIncomparable(operations, incomparable(readings)));
  const repeated = repeatedReadings(operations, readings, options.text('level') === 'linearizable');
  const doubt =
    readings.length === 0
      ? 'no value was ever answered'
      : repeated === 0
        ? 'nobody saw a value twice, so none could go backwards: let each client read again'
        : undefined;
  return judged(findings, { readings: readings.length, repeatedReadings: repeated }, doubt);
});

interface Reading {
  readonly op: number;
  readonly values: ReadonlyMap<string, number>;
}

/** Readings of a value that was read before: by the same process, or, where real time counts, by anybody. */
function repeatedReadings(operations: Operations, readings: readonly Reading[], isLinearizable: boolean): number {
  const seen = new Set<string>();
  let repeated = 0;
  for (const { op, values } of readings) {
    for (const name of values.keys()) {
      // Several values read together can be compared with anybody's.
      const reader = isLinearizable || values.size > 1 ? '' : operations.process(op);
      const identity = `${reader} ${name}`;
      if (seen.has(identity)) repeated++;
      seen.add(identity);
    }
  }
  return repeated;
}

function readingsOf(operations: Operations): Reading[] {
  return [...operations.invocations].flatMap((op): Reading[] => {
    const isEcho = operations.input(op) === operations.output(op);
    if (!operations.isOk(op) || isEcho) return [];
    const answer = operations.history.decode(operations.output(op)) ?? null;
    const key = operations.history.decode(operations.key(op));
    const owner = key === undefined ? undefined : `key ${quote(key)}`;
    if (typeof answer === 'number') return [{ op, values: new Map([[owner ?? 'the value', answer]]) }];
    if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return [];
    const entries = Object.entries(answer as Readonly<Record<string, JsonValue>>);
    const numbers = entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
    const named = numbers.map(([name, value]): [string, number] => {
      return [owner === undefined ? `key ${quote(name)}` : `value ${quote(name)} of ${owner}`, value];
    });
    return named.length === 0 ? [] : [{ op, values: new Map(named) }];
  });
}

function decreasesPerProcess(operations: Operations, readings: readonly Reading[]): Decrease[] {
  const last = new Map<number, Map<string, { op: number; value: number }>>();
  return readings.flatMap(({ op, values }) => {
    const seen = getOrAdd(last, operations.process(op), () => new Map<string, { op: number; value: number }>());
    return [...values].flatMap(([name, value]): Decrease[] => {
      const before = seen.get(name);
      seen.set(name, { op, value });
      return before === undefined || before.value <= value
        ? []
        : [{ name, earlier: before.op, later: op, from: before.value, to: value }];
    });
  });
}

function decreasesInTime(operations: Operations, readings: readonly Reading[]): Decrease[] {
  const byEnd = readings.toSorted((left, right) => operations.completion(left.op) - operations.completion(right.op));
  const highest = new Map<string, { op: number; value: number }>();
  let over = 0;
  return readings.flatMap(({ op, values }) => {
    for (let done = byEnd[over]; done !== undefined && operations.completion(done.op) < op; done = byEnd[++over]) {
      for (const [name, value] of done.values) {
        if (value > (highest.get(name)?.value ?? -Infinity)) highest.set(name, { op: done.op, value });
      }
    }
    return [...values].flatMap(([name, value]): Decrease[] => {
      const before = highest.get(name);
      return before === undefined || before.value <= value
        ? []
        : [{ name, earlier: before.op, later: op, from: before.value, to: value }];
    });
  });
}

/** Neighbours by sum that are not ordered in every value; readings that all are comparable have none. */
function incomparable(readings: readonly Reading[]): (readonly [Reading, Reading])[] {
  const groups = new Map<string, Reading[]>();
  for (const reading of readings) {
    if (reading.values.size > 1) getOrAdd(groups, [...reading.values.keys()].sort().join('\n'), () => []).push(reading);
  }
  return [...groups.values()].flatMap((group) => {
    const sum = ({ values }: Reading): number => [...values.values()].reduce((total, value) => total + value, 0);
    const sorted = group.toSorted((left, right) => sum(left) - sum(right) || left.op - right.op);
    return sorted.slice(1).flatMap((larger, position): (readonly [Reading, Reading])[] => {
      const smaller = sorted[position];
      const isAhead =
        smaller !== undefined && [...smaller.values].some(([name, value]) => value > (larger.values.get(name) ?? 0));
      return isAhead ? [[smaller, larger]] : [];
    });
  });
}

function tellDecreases(operations: Operations, anomaly: string, decreases: readonly Decrease[]): Finding[] {
  return sampleFindings(decreases, {
    anomaly,
    label: ({ name, from, to }) => `${name} from ${from} to ${to}`,
    tell: ({ name, earlier, later, from, to }) => ({
      ops: operations.entries([earlier, later]),
      message: `${capital(name)} was ${from} for ${who(operations, earlier)} ${when(operations, earlier)}, and later only ${to} for ${who(operations, later)} ${when(operations, later)}.`,
    }),
  });
}

function tellIncomparable(operations: Operations, pairs: readonly (readonly [Reading, Reading])[]): Finding[] {
  return sampleFindings(pairs, {
    anomaly: 'incomparable',
    label: ([one]) => `the reading ${when(operations, one.op)}`,
    tell: ([one, other]) => ({
      ops: operations.entries([one.op, other.op]),
      message: `The readings by ${who(operations, one.op)} ${when(operations, one.op)} (${describe(one)}) and by ${who(operations, other.op)} ${when(operations, other.op)} (${describe(other)}) are each ahead of the other in some value.`,
    }),
  });
}

function describe({ values }: Reading): string {
  return [...values].map(([name, value]) => `${name} ${value}`).join(', ');
}

import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { itemsOf, plainOps, type OracleAnswer, type PlainOp, type Shape } from './plain-histories.ts';

/*
 * A dumb judge of whether replicas agree in the end: tries every order of the final reads.
 */

const nothing = (): JsonValue => null;
const node = (draw: number): string => (draw % 7 === 0 ? 'n2' : `n${(draw >> 3) % 2}`);

export const replicaShapes: readonly Shape[] = [
  { f: 'write', input: (_, draw) => draw % 2, output: nothing },
  {
    f: 'read',
    input: nothing,
    output: (draw) => (draw % 31 === 0 ? null : draw % 29 === 0 ? 7 : draw % 5 === 0 ? 1 : 0),
    node,
    weight: 3,
  },
];

export const replicaSetShapes: readonly Shape[] = [
  { f: 'add', input: (_, draw) => draw % 2, output: nothing },
  {
    f: 'read',
    input: nothing,
    output: (draw) =>
      draw % 29 === 0 ? [7] : draw % 5 === 0 ? [1] : draw % 5 === 1 ? [] : draw % 5 === 2 ? [1, 0] : [0],
    node,
    weight: 3,
  },
];

export function judgeReplicasDumbly(history: History): OracleAnswer {
  const ops = plainOps(history);
  const updates = ops.filter(({ f }) => f !== 'read');
  const answers = updates.map(({ to }) => to).filter((to) => to < Infinity);
  const quiet = ops.filter((op) => op.f === 'read' && op.type === 'ok' && answers.every((answer) => answer < op.from));
  const finals = history.nodes.flatMap((name) => quiet.filter((read) => read.node === name).slice(-1));
  const finds = ops.some(({ f, type, output }) => f === 'read' && type === 'ok' && !isNothing(output));
  if (updates.length === 0 && !finds) return { anomalies: [], isInDoubt: true };
  const anomalies = new Set<string>();
  const isWritten = (value: JsonValue, types: readonly string[]): boolean =>
    updates.some(({ input, type }) => input === value && types.includes(type));
  for (const value of finals.flatMap(seenBy)) {
    if (value === null && isSomethingAcknowledged(updates)) anomalies.add('lost');
    if (value !== null && !isWritten(value, ['ok', 'info'])) anomalies.add('unexpected');
  }
  const isSame =
    new Set(finals.map((read) => [...new Set(seenBy(read).map((value) => JSON.stringify(value)))].sort().join())).size <
    2;
  const lateValues = updates.filter(({ type }) => type === 'info').map(({ input }) => input);
  const isExplained = ordersOf(finals).some((order) => isStory(order, lateValues));
  if (!isSame && !isExplained) anomalies.add('diverged');
  return { anomalies, isInDoubt: !isSame || finals.length < 2 || finals.length < history.nodes.length };
}

function isNothing(output: JsonValue): boolean {
  return output === null || (Array.isArray(output) && output.length === 0);
}

function isSomethingAcknowledged(updates: readonly PlainOp[]): boolean {
  return updates.some(({ type }) => type === 'ok');
}

const seenBy = (read: PlainOp): readonly JsonValue[] => (Array.isArray(read.output) ? itemsOf(read) : [read.output]);

/** Every order in which no read comes after one that began when it had ended. */
function ordersOf(reads: readonly PlainOp[]): PlainOp[][] {
  if (reads.length === 0) return [[]];
  return reads.flatMap((first, at) => {
    if (reads.some((other) => other.to < first.from)) return [];
    return ordersOf(reads.toSpliced(at, 1)).map((rest) => [first, ...rest]);
  });
}

/** Whether each read can follow the one before it by late updates, each of which happens once. */
function isStory([first, ...others]: readonly PlainOp[], lateValues: readonly JsonValue[]): boolean {
  const unused = [...lateValues];
  let before = first === undefined ? [] : seenBy(first);
  for (const read of others) {
    const now = seenBy(read);
    if (Array.isArray(read.output) && before.some((value) => !now.includes(value))) return false;
    for (const value of now.filter((each) => !before.includes(each))) {
      const at = unused.indexOf(value);
      if (at < 0) return false;
      unused.splice(at, 1);
    }
    before = now;
  }
  return true;
}

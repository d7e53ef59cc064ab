import { textAnswered, textOf } from '../models/kv.ts';
import type { ModelOperations } from './model-operations.ts';
import { NEVER } from './operations.ts';
import { decideByChains } from './register-chains.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';
import type { SpecialEffort, SpecialWay } from './special-way.ts';
import { TextReader } from './text-reader.ts';

/**
 * Decides a string with `put` and `append` as a register, where every text is put or appended once and every answer can be
 * read in one way only: then each answer says what was put and what was appended to that, in order. An append that
 * somebody saw is a compare-and-set from the string before it to the one after it; one that nobody saw leaves behind what
 * nobody saw, as a write does. So chains decide it (see {@link decideByChains}).
 *
 * An answer that no texts make up, or two that need one append in two places, have no order. Says nothing where texts
 * repeat, are empty, or an answer can be read in two ways. O(n log n + sizes of the answers), times the different lengths
 * of texts.
 */
export const kvChains: SpecialWay = {
  algorithm: 'kv by chains of appends',
  decide(operations, initial, effort) {
    if (typeof initial !== 'string') return undefined;
    const register = readAsRegister(operations, initial, effort);
    if (typeof register !== 'object') return register;
    // The chains look at no clock: what they take is known before, near-linear in their operations.
    effort.reserve(register.valueCount * CHAIN_BYTES);
    effort.step(register.valueCount * Math.ceil(Math.log2(register.valueCount + 1)));
    const verdict = decideByChains(register);
    return typeof verdict === 'object' ? 'invalid' : verdict === 'valid' ? 'valid' : undefined;
  },
};

/** What reading takes per operation, and what the columns of the chains do. */
const OPERATION_BYTES = 150;
const CHAIN_BYTES = 100;

/** Nobody: the string is as it was in the beginning. */
const INITIAL = -1;
const UNKNOWN = -2;

function readAsRegister(
  { count, action, call, ret, actions }: ModelOperations,
  initial: string,
  effort: SpecialEffort,
): RegisterOperations | 'invalid' | undefined {
  effort.reserve(count * OPERATION_BYTES);
  const column = (): Int32Array => new Int32Array(count).fill(NO_VALUE);
  const [needs, makes, avoids] = [column(), column(), column()];
  const puts = new Map<string, number>([[initial, INITIAL]]);
  const appends = new Map<string, number>();
  const answers = new Map<string, number[]>();
  for (let op = 0; op < count; op++) {
    effort.step();
    const what = actions[action[op] as number];
    if (what === undefined) return undefined;
    if (what.f === 'get') {
      if (ret[op] === NEVER) continue;
      const answer = textAnswered(what.output ?? null);
      const alike = answers.get(answer);
      if (alike === undefined) answers.set(answer, [op]);
      else alike.push(op);
      continue;
    }
    const texts = what.f === 'put' ? puts : appends;
    const text = textOf(what.input);
    if (texts.has(text) || (text === '' && texts === appends)) return undefined;
    texts.set(text, op);
    // Value 0 is the initial one.
    makes[op] = op + 1;
  }
  const before = new Int32Array(count).fill(UNKNOWN);
  const reader = new TextReader(puts, appends, effort);
  for (const answer of [...answers.keys()].sort()) {
    const makers = reader.read(answer);
    if (makers === 'no way') return 'invalid';
    if (makers === 'several ways') return undefined;
    effort.step(makers.length);
    for (let place = 1; place < makers.length; place++) {
      const [earlier, op] = [makers[place - 1] as number, makers[place] as number];
      if (before[op] !== UNKNOWN && before[op] !== earlier) return 'invalid';
      before[op] = earlier;
    }
    for (const op of answers.get(answer) ?? []) needs[op] = 1 + (makers.at(-1) ?? INITIAL);
  }
  for (let op = 0; op < count; op++) if (before[op] !== UNKNOWN) needs[op] = 1 + (before[op] as number);
  const ignored = { failed: 0, crashedReads: 0, nullReads: 0 };
  const read = (op: number): boolean => needs[op] !== NO_VALUE || makes[op] !== NO_VALUE;
  const kept = Int32Array.from(Array.from({ length: count }, (_, op) => op).filter(read));
  const cut = (from: Int32Array): Int32Array => kept.map((op) => from[op] as number);
  const columns = { needs: cut(needs), avoids: cut(avoids), makes: cut(makes), call: cut(call), ret: cut(ret) };
  return { count: kept.length, ...columns, valueCount: count + 1, ignored };
}

import type { JsonValue } from '../kernel/json.ts';
import { brief, ImportBuilder } from './import-builder.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { forEachLine } from './read-text.ts';

const LINE = /^\s*\[(\d+)\]\s+(call|return)\b\s*(.*?)\s*$/;
const CRASH = /^\s*crash\s*$/;
const CALL = /^(\w+)\s*(?:\(\s*([^()]*?)\s*\)|([^()\s]+))?$/;

/** The format's names of operations, in our words; those of Violin (`add`, `remove`) mean a queue's. */
const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['enq', 'enqueue'],
  ['deq', 'dequeue'],
  ['add', 'enqueue'],
  ['remove', 'dequeue'],
  ['push', 'push'],
  ['pop', 'pop'],
  ['read', 'read'],
  ['write', 'write'],
]);

interface OpenCall {
  readonly f: string;
  readonly argument: JsonValue;
}

/**
 * Reads LiMo's histories of queues, stacks and registers: `[thread] call push(7)`, `[thread] return 7`. A removal answers its element;
 * the element may stand in the call instead. `return empty`, and `return` alone where nothing stands in the call, is null:
 * nothing was there. A line `crash` ends what is open without answer. Comments begin with `#`.
 */
export function importLimo(path: string, options: ImportOptions): ImportedHistory {
  const builder: ImportBuilder = new ImportBuilder({
    independent: false,
    ...options,
    path,
    format: 'limo',
    unit: 'line',
    raisesTimes: false,
  });
  const open = new Map<number, OpenCall>();
  forEachLine(path, (line, position) => {
    if (line.trim() === '') return;
    if (CRASH.test(line)) return crash(open, position, builder);
    if (line.trimStart().startsWith('#')) return readComment(line, builder);
    const [, thread, kind, rest = ''] = LINE.exec(line) ?? [];
    if (kind === undefined) {
      builder.fail(position, `expected "[thread] call f(value)" or "[thread] return value", ${brief(line)} came`);
    }
    const process = Number(thread);
    if (kind === 'call') {
      const call = callOf(rest, position, builder);
      open.set(process, call);
      builder.add({ timeNs: undefined, process, type: 'invoke', f: call.f, value: call.argument, position });
      return;
    }
    const call = open.get(process);
    if (call === undefined) builder.fail(position, `a return of thread ${process}, which has no call open`);
    open.delete(process);
    const value = rest === '' ? call.argument : /^empty$/i.test(rest) ? null : elementOf(rest);
    builder.add({ timeNs: undefined, process, type: 'ok', f: call.f, value, position });
  });
  return builder.finish();
}

/** What was open may have happened, and never answers. */
function crash(open: Map<number, OpenCall>, position: number, builder: ImportBuilder): void {
  for (const [process, { f, argument: value }] of open) {
    builder.add({ timeNs: undefined, process, type: 'info', f, value, error: { code: 'crash' }, position });
  }
  open.clear();
  builder.note('What was open at a crash may have happened before it, after it, or never.');
}

function readComment(line: string, builder: ImportBuilder): void {
  const object = /@object\s+(\S+)/.exec(line)?.[1];
  if (object !== undefined) builder.note(`The file names its object: ${object}.`);
}

function callOf(text: string, position: number, builder: ImportBuilder): OpenCall {
  const [, name = '', inBrackets, bare] = CALL.exec(text) ?? [];
  const f = FUNCTIONS.get(name.toLowerCase());
  if (f === undefined)
    builder.fail(position, `expected a call of enq, deq, push, pop, read or write, ${brief(text)} came`);
  return { f, argument: elementOf(inBrackets ?? bare ?? '') };
}

function elementOf(text: string): JsonValue {
  if (text === '') return null;
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

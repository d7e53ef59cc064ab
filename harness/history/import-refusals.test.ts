import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { OpDraft } from '../kernel/op.ts';
import { historyOf } from './history-builder.ts';
import { HistoryWriter } from './history-writer.ts';
import { readAnyHistory } from './read-any-history.ts';
import type { ImportedHistory } from './imported-history.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'faultline-refusals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function importText(text: string | Buffer): ImportedHistory {
  const file = path.join(folder, 'input');
  writeFileSync(file, text);
  return readAnyHistory(file);
}

const INVOKE = '{"process":0,"type":"invoke","f":"read","value":null}';
const LARGE = '"time":1700000000000000000';

describe('JSON', () => {
  it.each([
    [
      'a line',
      `${INVOKE}\n{"process":0,"type":"invoke","type":"ok","f":"read"}`,
      'line 2: the member "type" stands twice',
    ],
    ['a line, with its column', `{"f":"read","f":"read"}`, 'in one object at column 13'],
    ['an array, with its place', `[${INVOKE},\n{"process":0,"process":1}]`, 'line 2 column 14: the member "process"'],
    [
      'a value',
      `{"process":0,"type":"invoke","f":"w","value":{"a":":","b":[{}],"a":2}}`,
      'the member "a" stands twice',
    ],
    ['names that are escaped', `{"process":0,"\\u0070rocess":1}`, 'the member "process" stands twice'],
    ['a line behind a large time', `{${LARGE},"f":"r","f":"r"}`, 'at column 37'],
    ['an array behind large times', `[{${LARGE}},{${LARGE},"f":"r","f":"r"}]`, 'line 1 column 67:'],
  ])('with a member twice in %s is refused, with its place', (_, text, message) => {
    expect(() => importText(text)).toThrow(message);
  });

  it('may have a name in several objects, and texts that look like members', () => {
    const value = { a: { a: 1 }, b: [{ a: '"a":1,"a":2' }, { a: '":' }], '"a"': ':', ':': ' "', ['__proto__']: 1 };
    const line = { process: 0, type: 'invoke', f: 'write', value };
    expect(importText(JSON.stringify(line)).history.at(0).value).toEqual(value);
    expect(importText(`[${JSON.stringify(line, null, 2)}]`).history.at(0).value).toEqual(value);
  });

  it('is one history or several, not both', () => {
    const record = `{"history":[${INVOKE}]}`;
    expect(() => importText(`${record}\n${INVOKE}`)).toThrow('line 2: an entry came among records');
    expect(() => importText(`${INVOKE}\n${record}`)).toThrow('line 2: a record with a history came among entries');
  });

  it('with numbered histories says how many there are', () => {
    const record = `{"history":[${INVOKE}]}`;
    const file = path.join(folder, 'three.jsonl');
    writeFileSync(file, [record, record, record].join('\n'));
    expect(readAnyHistory(`${file}#3`).history.length).toBe(1);
    expect(() => readAnyHistory(`${file}#4`)).toThrow(/it holds 3 histories: .* from \S+#1 to #3; #4 was asked for$/);
    expect(() => readAnyHistory(`${file}#0`)).toThrow(/it holds 3 histories: .*; #0 was asked for$/);
    writeFileSync(file, record);
    expect(() => readAnyHistory(`${file}#2`)).toThrow(/it holds one history, #1; #2 was asked for$/);
  });
});

describe('a completion', () => {
  it.each([
    [
      '{"process":0,"type":"invoke","f":"r","key":"x"}\n{"process":0,"type":"ok","f":"r","key":"y"}',
      'line 2: .* on key "x", and has key "y"',
    ],
    [
      '{"process":0,"type":"invoke","f":"r"}\n{"process":0,"type":"ok","f":"r","key":7}',
      'line 2: .* without a key, and has key 7',
    ],
    [
      '{:process 0 :type :invoke :f :r :value [1 nil]} {:process 0 :type :ok :f :r :value [2 3]}',
      'entry 2: .* on key 1, and has key 2',
    ],
  ])('on another key than its invocation is refused: %s', (text, message) => {
    expect(() => importText(text)).toThrow(new RegExp(message));
  });

  it('may leave its key to its invocation', () => {
    const { history } = importText(
      '{"process":0,"type":"invoke","f":"r","key":"x"}\n{"process":0,"type":"ok","f":"r","value":1}',
    );
    expect(history.length).toBe(2);
  });

  it('on another key is not written to a file, and not read from one', () => {
    const file = path.join(folder, 'keys.flh');
    const writer = new HistoryWriter(file);
    const invoke: OpDraft = { timeNs: 1, process: 0, type: 'invoke', f: 'r', key: 'x', value: null };
    writer.append(invoke);
    expect(() => writer.append({ ...invoke, type: 'ok', key: 'y' })).toThrow(/on key "x", and has key "y"/);
    writer.append({ ...invoke, type: 'ok' });
    writer.close();
    expect(readAnyHistory(file).history.at(1).key).toBe('x');
  });
});

describe('a log of Jepsen', () => {
  it.each([
    [
      '0 :invoke :write 1\n0 :ok :write',
      'line 2: expected a value behind :ok :write (nil where there is none), the line ends',
    ],
    ['0 :invoke :read', 'line 1: expected a value behind :invoke :read'],
    [':invoke :write 1', 'line 1: expected a process, a number or :nemesis, before :invoke; nothing came'],
    ['0 :invoke :write 1\n :ok :write 1', 'line 2: expected a process, a number or :nemesis, before :ok; nothing came'],
    ['INFO jepsen.util - :ok :write 1', 'before :ok; nothing came'],
    ['0 :invoke :write 1\nx :ok :write 1', 'line 2: expected a process, a number or :nemesis, before :ok; "x" came'],
    ['0 :invoke :write 1\nINFO 0 :ok', 'line 2: expected process, '],
  ])('is refused with what is missing: %j', (text, message) => {
    expect(() => importText(text)).toThrow(message);
  });
});

describe('historyOf', () => {
  const invoke = { process: 0, type: 'invoke', f: 'read', value: null } as const;
  const ok = { process: 0, type: 'ok', f: 'read', value: 1 } as const;

  it('takes entries without times, all or none of them', () => {
    const history = historyOf([invoke, ok]);
    expect([history.at(0).timeNs, history.at(1).timeNs]).toEqual([0, 1]);
    expect(() => historyOf([{ ...invoke, timeNs: 5 }, ok])).toThrow('entry 1: expected a time for every entry');
    expect(() => historyOf([invoke, { ...ok, timeNs: 5 }])).toThrow('entry 1: expected a time for every entry');
  });
});

describe('-0', () => {
  it('is 0 wherever it stands, in memory and in a file', () => {
    const value = { a: [-0, [1, -0]], b: { c: -0 } };
    const invoke: OpDraft = { timeNs: 1, process: 0, type: 'invoke', f: 'w', key: -0, value };
    const ok: OpDraft = { ...invoke, type: 'ok', value: -0 };
    const file = path.join(folder, 'zeros.flh');
    const writer = new HistoryWriter(file);
    for (const draft of [invoke, ok]) writer.append(draft);
    writer.close();
    for (const history of [historyOf([invoke, ok]), readAnyHistory(file).history]) {
      expect(history.at(0).value).toStrictEqual({ a: [0, [1, 0]], b: { c: 0 } });
      expect(history.at(1)).toMatchObject({ key: 0, value: 0 });
    }
    expect(value.b.c).toBe(-0);
  });

  it('is looked for no deeper than values may be nested', () => {
    const endless: unknown[] = [];
    endless.push(endless);
    const value = endless as OpDraft['value'];
    expect(() => historyOf([{ timeNs: 1, process: 0, type: 'invoke', f: 'w', value }])).toThrow(
      /nested deeper than 256/,
    );
  });
});

describe('a file that was cut off within its first bytes', () => {
  it.each([1, 3, 11])('is one of ours, and empty: %i bytes', (size) => {
    const file = path.join(folder, 'whole.flh');
    const writer = new HistoryWriter(file);
    writer.close();
    const cut = importText(readFileSync(file).subarray(0, size));
    expect(cut).toMatchObject({
      format: 'faultline',
      complete: false,
      notes: ['The file was not closed, and was cut off before its first entry.'],
    });
  });
});

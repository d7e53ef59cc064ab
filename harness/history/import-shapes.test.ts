import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { readAnyHistory } from './read-any-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-shapes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function importText(text: string | Buffer, options: ImportOptions = {}): ImportedHistory {
  const path = join(folder, 'input');
  writeFileSync(path, text);
  return readAnyHistory(path, options);
}

/** Entries in one line each: `3 invoke write k=x 7`. */
function sketch({ history }: ImportedHistory): string[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index)).map(
    ({ process, type, f, key, value, error }) =>
      [
        process,
        type,
        f,
        ...(key === undefined ? [] : [`k=${key}`]),
        JSON.stringify(value),
        ...(error ? [JSON.stringify(error)] : []),
      ].join(' '),
  );
}

function ignoredOf({ ignored }: ImportedHistory): string[] {
  return ignored.map(({ what, count }) => `${count} ${what}`);
}

describe('formats are told apart', () => {
  it.each([
    ['edn', '{:type :invoke :f :read :process 0}'],
    ['edn', '; comment\n\n[\n; another\n{:type :invoke :f :read :process 0}]'],
    ['edn', '({:type :invoke, :f :read, :process 0})'],
    ['edn', '#jepsen.history.Op{:type :invoke, :f :read, :process 0}'],
    ['edn', '{ :process 0, :type :invoke, :f :read }'],
    ['edn', '{"type" :invoke "f" :read "process" 0}'],
    ['json', '[\n  {\n    "type": "invoke", "f": "read", "process": 0\n  }\n]'],
    ['json', '{\n  "history": [{"type": "invoke", "f": "read", "process": 0}]\n}'],
    ['jsonl', '{"type": ":invoke", "f": ":read", "process": 0}\r\n'],
    ['jsonl', '\ufeff{"type": "invoke", "f": "read", "process": 0}'],
    ['json', '\ufeff[{"type": "invoke", "f": "read", "process": 0}]'],
    ['edn', '\ufeff{:type :invoke :f :read :process 0}'],
    ['jsonl', '{"history": [{"type": "invoke", "f": "read", "process": 0}]}'],
    ['jepsen-log', '0\t:invoke\t:read\tnil\r\n'],
    [
      'jepsen-log',
      '2024-01-02 10:00:00,1{GMT}\tINFO\t[main] jepsen.core: starting\n2024-01-02 10:00:01,1{GMT}\tINFO\t[jepsen worker 0] jepsen.util: 0\t:invoke\t:read\tnil',
    ],
  ])('%s: %j', (format, text) => {
    const imported = importText(text);
    expect(imported.format === format || (format === 'jsonl' && imported.format === 'json')).toBe(true);
    expect(sketch(imported)).toEqual(['0 invoke read null']);
  });

  it.each([
    [gzipSync('{}'), /gzip: unpack it first \(gunzip/],
    [Buffer.from('\ufeff{}', 'utf16le'), /UTF-16 text: convert it first \(iconv/],
    [Buffer.from('JEPSEN\u0000\u0001'), /Jepsen's binary store: give the history\.edn/],
    [Buffer.from([0x53, 0, 0, 0, 0, 0, 0, 0, 1, 0x57]), /binary data.*awdit convert -t plume/],
    [Buffer.from('\n \n'), /holds no operation/],
    [Buffer.from('; only a comment\n'), /holds no operation/],
    [Buffer.from('[]'), /holds no operation/],
    [Buffer.from('{:process 0\n:f "\xff"}', 'latin1'), /line 2: expected UTF-8 text/],
    [Buffer.from('w 1 1\nw 2 1\nw \xff 1\nw 4 1', 'latin1'), /line 3: expected UTF-8 text/],
  ])('%j is refused with advice', (bytes, message) => expect(() => importText(bytes)).toThrow(message));
});

describe('what Jepsen prints', () => {
  it('errors behind values, whatever they look like', () => {
    const imported = importText(
      [
        '0\t:invoke\t:write\t3',
        '0\t:info\t:write\t3\tRead timed out (a "server" said)',
        '1\t:invoke\t:cas\t[0 3]',
        '1\t:fail\t:cas\t[0 3]\t[:not-found "x"]',
        '2\t:invoke\t:read\tnil',
        '2\t:fail\t:read\t:timeout',
        ':nemesis\t:info\t:start\t"Cut off {:n1 #<x}',
      ].join('\n'),
    );
    expect(sketch(imported).filter((_, index) => index % 2 === 1)).toEqual([
      '0 info write 3 {"code":"error","message":"Read timed out (a \\"server\\" said)"}',
      '1 fail cas [0,3] {"code":"not-found","message":"x"}',
      '2 fail read null {"code":"timeout"}',
    ]);
    expect(() => importText('0\t:invoke\t:write\t3\tjunk there')).toThrow(
      /line 1: expected a value and perhaps an error/,
    );
  });

  it("hints of Porcupine's logs are counted", () => {
    const imported = importText(
      'INFO  jepsen.util - 6 \t:invoke :write \t38 \t:hint 0\nINFO  jepsen.util - 6 \t:ok :write \t38 \t:hint 2',
    );
    expect(sketch(imported)).toEqual(['6 invoke write 38', '6 ok write 38']);
    expect(ignoredOf(imported)).toEqual(['2 field "hint"']);
  });

  it('independent keys, also of cas, of transactions and as records', () => {
    const cas = '{:process 0 :type :invoke :f :cas :value [7 [1 2]]}';
    expect(sketch(importText(cas))).toEqual(['0 invoke cas k=7 [1,2]']);
    const txn = '{:process 0 :type :invoke :f :txn :value ["a" [[:r 1 nil]]]}';
    expect(sketch(importText(txn))).toEqual(['0 invoke txn k=a [["r",1,null]]']);
    const record = '{:process 0 :type :invoke :f :read :value #jepsen.independent.Tuple [7 nil]}';
    expect(sketch(importText(record))).toEqual(['0 invoke read k=7 null']);
    expect(importText(record).ignored).toEqual([]);
  });

  it('an index that does not grow is counted in EDN and refused in our own lines', () => {
    const edn = importText('{:process 1 :type :invoke :f :r :index 5}{:process 2 :type :invoke :f :r :index 5}');
    expect(sketch(edn)).toHaveLength(2);
    expect(ignoredOf(edn)).toEqual(['1 index out of order (the order of the entries counts)']);
    const entry = '{"process":1,"type":"invoke","f":"r","index":5}';
    expect(() => importText(`${entry}\n${entry.replace('1', '2')}`)).toThrow(/line 2: expected an index above 5/);
  });

  it('processes that are named by text', () => {
    const entry = (process: string, type: string): string => `{"process":"${process}","type":"${type}","f":"read"}`;
    const imported = importText(
      [entry('a', 'invoke'), entry('b', 'invoke'), entry('b', 'ok'), entry('a', 'ok')].join('\n'),
    );
    expect(sketch(imported)).toEqual(['0 invoke read null', '1 invoke read null', '1 ok read null', '0 ok read null']);
    expect(imported.notes.join(' ')).toContain('named by text');
    expect(() => importText(`${entry('a', 'invoke')}\n{"process":1,"type":"invoke","f":"r"}`)).toThrow(
      /line 2: expected a name or nemesis as process, 1 came/,
    );
  });

  it.each([
    '[{"process":0,"type":"invoke","f":"r","time":@},{"process":0,"type":"ok","f":"r","time":#}]',
    '{:process 0 :type :invoke :f :r :time @}{:process 0 :type :ok :f :r :time #}',
  ])('times since 1970 in nanoseconds are read exactly: %s', (text) => {
    const imported = importText(text.replace('@', '1691420095436341001').replace('#', '1691420095436341004'));
    expect([imported.history.at(0).timeNs, imported.history.at(1).timeNs]).toEqual([0, 3]);
    expect(imported.notes.join(' ')).toContain('1691420095436341001');
    expect(() => importText(text.replace('@', '1691420095436341004').replace('#', '1691420095436341001'))).toThrow(
      /runs backwards/,
    );
    expect(() => importText(text.replace('@', '1691420095436341004').replace('#', '4'))).toThrow(
      /entry 2: expected a time near/,
    );
  });

  it('decimals that a double rounds', () => {
    const imported = importText('{:process 0 :type :invoke :f :r :value [1.5M 1.23456789012345678M]}');
    expect(ignoredOf(imported)).toEqual(['1 exact decimal (rounded to a double)']);
  });
});

describe('LiMo', () => {
  it('registers, names with capitals, names of Violin and crashes', () => {
    const imported = importText(
      '[0] call Write(a)\n[0] return\n[0] call read(a)\n[1] call add 3\n crash\n[0] call Remove\n[0] return Empty\n',
    );
    expect(sketch(imported)).toEqual([
      '0 invoke write "a"',
      '0 ok write "a"',
      '0 invoke read "a"',
      '1 invoke enqueue 3',
      '0 info read "a" {"code":"crash"}',
      '1 info enqueue 3 {"code":"crash"}',
      '0 invoke dequeue null',
      '0 ok dequeue null',
    ]);
    expect(imported.notes.join(' ')).toContain('open at a crash');
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FaultEvent } from '../kernel/fault.ts';
import { TYPE_INVOKE, type History } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { Op } from '../kernel/op.ts';
import { historyOf } from './history-builder.ts';
import { writeHistoryFile } from './history-writer.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { readAnyHistory } from './read-any-history.ts';
import { writeJsonl } from './write-jsonl.ts';
import { corpusFolder } from './testing/corpus-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function importText(text: string | Buffer, options: ImportOptions = {}): ImportedHistory {
  const path = join(folder, 'input');
  writeFileSync(path, text);
  return readAnyHistory(path, options);
}

function entriesOf({ history }: ImportedHistory): Op[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index));
}

function invocationsOf(history: History): number {
  return history.columns.type.filter((type) => type === TYPE_INVOKE).length;
}

/** The index counts the reads and writes inside transactions where a tester's own text format is about these. */
function microOperations(history: History): number {
  const values = Array.from({ length: history.length }, (_, index) => history.at(index)).filter(
    ({ type }) => type === 'invoke',
  );
  return values.reduce((count, { value }) => count + (value as JsonValue[]).length, 0);
}

/** Entries in one line each: `3 invoke write k=x 7`. */
function sketch(imported: ImportedHistory): string[] {
  return entriesOf(imported).map(({ process, type, f, key, value, error }) =>
    [
      process,
      type,
      f,
      ...(key === undefined ? [] : [`k=${key}`]),
      JSON.stringify(value),
      ...(error ? [error.code] : []),
    ].join(' '),
  );
}

const FAULT: FaultEvent = { faultId: 'f1', kind: 'kill', phase: 'requested', timeNs: 2 };

describe('readAnyHistory', () => {
  it('reads back what writeJsonl wrote, fault events included', () => {
    const history = historyOf(
      [
        { timeNs: 1, process: 0, type: 'invoke', f: 'write', key: 'x', value: [1, { a: null }], node: 'n1' },
        {
          timeNs: 3,
          process: 0,
          type: 'info',
          f: 'write',
          key: 'x',
          value: 'é',
          error: { code: 't', message: 'm m' },
          node: 'n1',
        },
      ],
      [FAULT],
    );
    const path = join(folder, 'out.jsonl');
    writeJsonl(path, history);
    const read = readAnyHistory(path);
    expect(read).toMatchObject({ format: 'jsonl', complete: true, ignored: [], notes: [] });
    expect(entriesOf(read)).toEqual([history.at(0), history.at(1)]);
    expect(read.history.faults).toEqual([FAULT]);
    expect(() => writeJsonl('/dev/full', history)).toThrow(/no space/);
  });

  it('reads our own format, also cut off', () => {
    const path = join(folder, 'own.fl');
    writeHistoryFile(path, historyOf([{ timeNs: 1, process: 0, type: 'invoke', f: 'read', value: null }]));
    expect(readAnyHistory(path)).toMatchObject({ format: 'faultline', complete: true, ignored: [] });
    const cut = importText(readFileSync(path).subarray(0, -3));
    expect(cut).toMatchObject({ complete: false, notes: [expect.stringContaining('entry 0 is the last one')] });
    expect(cut.ignored[0]?.count).toBeGreaterThan(0);
  });

  it('reads Jepsen EDN as a vector, as lines and as records', () => {
    const lines = `{:process 1, :type :invoke, :f :cas, :value [1 2], :time 5, :index 0}
      ; a comment
      #jepsen.history.Op{:index 1, :time 7, :type :fail, :process 1, :f :cas, :value [1 2], :error [:bad "x"]}`;
    const expected = ['1 invoke cas [1,2]', '1 fail cas [1,2] bad'];
    expect(sketch(importText(lines))).toEqual(expected);
    expect(sketch(importText(`[${lines}]`))).toEqual(expected);
    expect(sketch(importText(`(${lines})`))).toEqual(expected);
    expect(importText(lines).history.at(1)).toMatchObject({ timeNs: 7, error: { code: 'bad', message: 'x' } });
  });

  it('reads every kind of EDN value, and says what changed', () => {
    const value = String.raw`{:a #{1 2} "b" (3 4.5 -6 7N) :c [nil true false sym :k \a \newline "q\"\n"] 9 #inst "2020" :big 12345678901234567890 :r 1/3 :d 1.5M}`;
    const imported = importText(`{:process 0 :type :invoke :f :x :value ${value} #_ :gone :clock-offsets {}}`);
    expect(imported.history.at(0).value).toEqual({
      a: [1, 2],
      b: [3, 4.5, -6, 7],
      c: [null, true, false, 'sym', 'k', 'a', '\n', 'q"\n'],
      '9': '2020',
      big: '12345678901234567890',
      r: '1/3',
      d: 1.5,
    });
    expect(imported.ignored.map(({ what, count }) => `${count} ${what}`).sort()).toEqual([
      '1 discarded form (#_)',
      '1 field "clock-offsets"',
      '1 ratio (kept as a string)',
      '1 tag #inst',
      '1 whole number beyond 2^53 (kept as a string of digits)',
    ]);
  });

  it('maps the entries of the nemesis onto fault events', () => {
    const nemesis = (f: string, time: number): string =>
      `{:process :nemesis :type :info :f ${f} :value nil :time ${time}}\n`;
    const imported = importText(
      [':start', ':start', ':kill', ':kill', ':stop', ':stop', ':dance'].map((f, time) => nemesis(f, time)).join(''),
    );
    expect(imported.history.faults.map(({ faultId, kind, phase }) => `${faultId} ${kind} ${phase}`)).toEqual([
      'nemesis-1 partition requested',
      'nemesis-1 partition unverified',
      'nemesis-2 kill requested',
      'nemesis-2 kill unverified',
      'nemesis-2 kill healing',
      'nemesis-2 kill healed',
    ]);
    expect(imported.ignored).toEqual([{ what: 'nemesis entry dance', count: 1 }]);
    expect(imported.notes.join(' ')).toContain('unverified');
  });

  it('takes pairs as independent keys only where all values are pairs, or where told', () => {
    const pairs = `{:process 0 :type :invoke :f :read :value [7 nil]} {:process 0 :type :ok :f :read :value [7 3]}`;
    expect(sketch(importText(pairs))).toEqual(['0 invoke read k=7 null', '0 ok read k=7 3']);
    expect(sketch(importText(pairs, { independent: false }))).toEqual(['0 invoke read [7,null]', '0 ok read [7,3]']);
    const cas = `{:process 0 :type :invoke :f :cas :value [7 8]}`;
    expect(sketch(importText(cas))).toEqual(['0 invoke cas [7,8]']);
    expect(sketch(importText(cas, { independent: true }))).toEqual(['0 invoke cas k=7 8']);
    expect(() => importText('{:process 0 :type :invoke :f :read :value 1}', { independent: true })).toThrow(
      /entry 1: expected an independent pair/,
    );
  });

  it('reads JSON arrays, and one of several histories in a JSONL file', () => {
    const entry = '{"type":"invoke","f":"r","process":0,"value":1}';
    expect(sketch(importText(`[${entry}]`))).toEqual(['0 invoke r 1']);
    const path = join(folder, 'many.jsonl');
    writeFileSync(path, `{"name":"a","history":[]}\n{"name":"b","history":[${entry}]}\n`);
    expect(sketch(readAnyHistory(`${path}#2`))).toEqual(['0 invoke r 1']);
    expect(() => readAnyHistory(path)).toThrow(/holds 2 histories: say which/);
    expect(() => readAnyHistory(`${path}#3`)).toThrow(/holds 2 histories/);
    writeFileSync(path, `${entry}\n`);
    expect(() => readAnyHistory(`${path}#1`)).toThrow(/holds one history/);
    expect(sketch(importText(`[\n{\n"type":"invoke","f":"r","process":0,"value":1}]`))).toEqual(['0 invoke r 1']);
  });

  it('reads logs of Jepsen: errors in place of values, failed cas as answers, other lines counted', () => {
    const imported = importText(
      [
        'INFO  jepsen.util - 0\t:invoke\t:write\t3',
        'WARN  something else',
        'INFO  jepsen.util - 1   :invoke :cas    [3 1]',
        'INFO  jepsen.util - 0\t:info\t:write\t:timed-out',
        'INFO  jepsen.util - 1\t:fail\t:cas\t[3 1]',
        'INFO  jepsen.util - :nemesis :info :start "Cut off {:n1 #<x}',
      ].join('\n'),
    );
    expect(imported.format).toBe('jepsen-log');
    expect(sketch(imported)).toEqual([
      '0 invoke write 3',
      '1 invoke cas [3,1]',
      '0 info write 3 timed-out',
      '1 fail cas [3,1] precondition',
    ]);
    expect(imported.ignored).toEqual([{ what: 'log line without operation', count: 1 }]);
    expect(imported.history.faults).toHaveLength(1);
  });

  it('reads the histories of the stack and queue testers', () => {
    const imported = importText(
      '# @object atomic-queue\n[1] call enq(a)\n  [2] call deq\n[1] return\n[2] return a\n[1] call deq()\n[1] return empty\n[3] call pop(?<1,2>)\n[3] return\n[4] call push 5',
    );
    expect(imported).toMatchObject({
      format: 'limo',
      notes: [expect.stringContaining('atomic-queue'), expect.anything()],
    });
    expect(sketch(imported)).toEqual([
      '1 invoke enqueue "a"',
      '2 invoke dequeue null',
      '1 ok enqueue "a"',
      '2 ok dequeue "a"',
      '1 invoke dequeue null',
      '1 ok dequeue null',
      '3 invoke pop "?<1,2>"',
      '3 ok pop "?<1,2>"',
      '4 invoke push 5',
    ]);
  });

  it('reads the text histories of the isolation testers', () => {
    const imported = importText('w 0 1\nr 1 2\n-----\nw 0 3\n=====\nw 1 2\n');
    expect(imported.format).toBe('awdit');
    expect(sketch(imported)).toEqual([
      '0 invoke txn [["w",0,1],["r",1,null]]',
      '1 invoke txn [["w",1,2]]',
      '0 ok txn [["w",0,1],["r",1,2]]',
      '1 ok txn [["w",1,2]]',
      '0 invoke txn [["w",0,3]]',
      '0 ok txn [["w",0,3]]',
    ]);
    expect(imported.notes.join(' ')).toContain('no times');
  });

  it('invents processes where a file names none', () => {
    const imported = importText(
      '{:type :invoke :f :read} {:type :invoke :f :write :value 1} {:type :ok :f :write :value 1} {:type :ok :f :read :value 2}',
    );
    expect(sketch(imported)).toEqual(['0 invoke read null', '1 invoke write 1', '1 ok write 1', '0 ok read 2']);
  });

  it('raises times that are out of order between processes of a Jepsen history, and counts them', () => {
    const imported = importText(
      '{:process 0 :type :invoke :f :r :time 9}{:process 1 :type :invoke :f :r :time 8}{:process 1 :type :ok :f :r :time 10}',
    );
    expect(entriesOf(imported).map(({ timeNs }) => timeNs)).toEqual([9, 9, 10]);
    expect(imported.ignored).toEqual([{ what: expect.stringContaining('out of order'), count: 1 }]);
  });
});

const INVOKE = '{"process":0,"type":"invoke","f":"read","value":null,"time":5}\n';

describe('malformed input', () => {
  const cases: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['an empty file', '', /is empty: expected a history/],
    ['binary data', Buffer.from([1, 2, 0, 3]), /binary data/],
    ['other text', 'hello\nworld', /no known format.*it begins with "hello"/],
    ['no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1'), /expected UTF-8/],
    ['JSONL cut off in a line', `${INVOKE}{"process":0,"ty`, /line 2: the JSON is cut off/],
    ['a JSON array cut off', '[{"process":0,"type":"invoke"', /the JSON is cut off/],
    ['JSON with garbage', `${INVOKE}{"process":0,,}`, /line 2: expected JSON, ",}" came at column 14/],
    [
      'an unknown type',
      '{"process":0,"type":"begin","f":"r"}',
      /line 1: expected type invoke, ok, fail or info, "begin" came/,
    ],
    ['a type that is no text', '{"process":0,"type":null,"f":"r"}', /expected type/],
    ['no function', '{"process":0,"type":"invoke"}', /expected a function name/],
    [
      'a strange process',
      '{"process":[1],"type":"invoke","f":"r"}',
      /expected a number or nemesis as process, "?\[1\]/,
    ],
    ['a negative process', '{"process":-1,"type":"invoke","f":"r"}', /process must be a whole number/],
    ['a completion without invocation', '{"process":0,"type":"ok","f":"r"}', /line 1: .*without an open invocation/],
    ['two open operations of a process', INVOKE + INVOKE, /line 2: .*still has its invocation of read open/],
    [
      'times that run backwards',
      `${INVOKE}{"process":1,"type":"invoke","f":"r","time":4}`,
      /line 2: time 4 ns runs backwards/,
    ],
    [
      'a time that is no number',
      '{"process":0,"type":"invoke","f":"r","time":"NaN"}',
      /expected a time in nanoseconds, "NaN" came/,
    ],
    ['a time beyond all numbers', '{"process":0,"type":"invoke","f":"r","time":1e999}', /expected a finite number/],
    ['a value beyond all numbers', '{"process":0,"type":"invoke","f":"r","value":[1e999]}', /expected a finite number/],
    [
      'a number that would be rounded',
      '{"process":0,"type":"invoke","f":"r","value":12345678901234567890}',
      /too large to be read exactly/,
    ],
    [
      'an index that runs backwards',
      '{"process":0,"type":"invoke","f":"r","index":3}\n{"process":1,"type":"invoke","f":"r","index":3}',
      /line 2: expected an index above 3, 3 came/,
    ],
    ['times for some entries only', `${INVOKE}{"process":1,"type":"invoke","f":"r"}`, /line 2: expected a time/],
    ['an entry that is no map', `${INVOKE}[1]`, /line 2: expected a map/],
    [
      'a fault line without kind',
      `${INVOKE}{"type":"fault","faultId":"f","phase":"healed","time":9}`,
      /line 2: expected faultId/,
    ],
    [
      'deep nesting',
      `{"process":0,"type":"invoke","f":"r","value":${'['.repeat(300)}${']'.repeat(300)}}`,
      /nested deeper/,
    ],
    ['JSON nested far too deep', `{"value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /nested deeper/],
    ['EDN cut off in a map', '{:process 0 :type :invoke', /line 1 column 1: the EDN is cut off/],
    ['EDN cut off in a vector', '[{:process 0 :type :invoke :f :r}', /the EDN is cut off/],
    ['EDN cut off in a string', '{:process 0 :value "abc', /the EDN is cut off/],
    ['EDN with NaN', '{:process 0 :type :invoke :f :r :value ##NaN}', /expected a finite number, ##NaN came/],
    ['EDN with a closing bracket too many', '{:process 0 :type :invoke :f :r}]', /expected a value/],
    ['EDN with a key twice', '{:process 0 :process 1}', /the key process stands twice/],
    ['EDN with a key alone', '{:process}', /has no value/],
    ['EDN with a broken number', '{:process 0 :type :invoke :f :r :value 1x}', /expected a number, 1x came/],
    ['EDN nested deep', `{:process 0 :value ${'['.repeat(3000)}`, /nested deeper/],
    [
      'EDN with times of one process backwards',
      '{:process 0 :type :invoke :f :r :time 9}{:process 0 :type :ok :f :r :time 8}',
      /entry 2: time 8 ns runs backwards/,
    ],
    ['a log line cut off', 'INFO  jepsen.util - 0\t:inv', /line 1: expected process/],
    ['a log value cut off', 'INFO  jepsen.util - 0\t:invoke\t:cas\t[1', /line 1: the EDN is cut off/],
    ['a return without call', '[1] call deq\n[2] return 1', /line 2: a return of thread 2/],
    ['an unknown call', '[1] call peek()', /expected a call of enq, deq, push, pop, read or write, "peek\(\)" came/],
    ['a transaction line with garbage', 'w 0 1\nx 0 1', /line 2: expected "r key value"/],
  ];

  it.each(cases)('%s is refused in one line', (_, text, message) => {
    expect(() => importText(text)).toThrow(
      expect.objectContaining({ name: 'HarnessError', code: 'usage', message: expect.stringMatching(message) }),
    );
    try {
      importText(text);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });

  it('refuses missing files and folders', () => {
    expect(() => readAnyHistory(join(folder, 'none'))).toThrow(/no such file/);
    expect(() => readAnyHistory(folder)).toThrow(/it is a folder/);
  });
});

const corpus = corpusFolder();

describe('the corpus', () => {
  it.skipIf(corpus === undefined)('every history of the index is read, with as many operations as it says', () => {
    const rows = readFileSync(join(corpus ?? '', 'index.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const wrong: JsonValue[] = [];
    for (const row of rows) {
      const [file = '', , , , operations] =
        row.match(/("([^"]|"")*"|[^,]*)(,|$)/g)?.map((cell) => cell.replace(/,$/, '')) ?? [];
      if (operations === '0' && file.endsWith('.log')) continue;
      const { history } = readAnyHistory(join(corpus ?? '', file));
      const invocations = file.startsWith('awdit') ? microOperations(history) : invocationsOf(history);
      if (invocations !== Number(operations)) wrong.push([file, operations ?? null, invocations]);
    }
    expect(rows.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  });
});

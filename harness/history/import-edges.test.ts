import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ImportedHistory } from './imported-history.ts';
import { readAnyHistory } from './read-any-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-edges-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function importText(text: string): ImportedHistory {
  const path = join(folder, 'input');
  writeFileSync(path, text);
  return readAnyHistory(path);
}

/** Entries in one line each: `3 invoke write k=x 7`. */
function entriesOf({ history }: ImportedHistory): string[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index)).map(
    ({ process, type, f, key, value, error }) =>
      [process, type, f, ...(key === undefined ? [] : [`k=${key}`]), JSON.stringify(value)].join(' ') +
      (error === undefined ? '' : ` ${JSON.stringify(error)}`),
  );
}

function phasesOf({ history }: ImportedHistory): string[] {
  return history.faults.map(({ kind, phase }) => `${kind} ${phase}`);
}

const entry = (fields: object): string => JSON.stringify({ process: 0, type: 'invoke', f: 'read', ...fields });
const nemesis = (f: string, value = 'nil'): string => `{:process :nemesis :type :info :f :${f} :value ${value}}`;

describe('what stands at the edge of a format', () => {
  it.each([
    ['a pair of an entry with a key is a value', entry({ key: 'x', value: [1, 2] }), ['0 invoke read k=x [1,2]']],
    [
      'the nemesis does not decide that there are no independent keys',
      `${nemesis('start')}{:process 0 :type :invoke :f :read :value [7 nil]}`,
      ['0 invoke read k=7 null'],
    ],
    [
      'the nemesis does not decide that there are some',
      `${nemesis('start', '[1 2]')}{:process 0 :type :invoke :f :cas :value [1 2]}`,
      ['0 invoke cas [1,2]'],
    ],
    ['a micro-operation is no pair', '{:process 0 :type :invoke :f :txn :value ["w" 5]}', ['0 invoke txn ["w",5]']],
    ['blank lines of JSONL', `${entry({})}\n \n${entry({ type: 'ok' })}\n\n`, ['0 invoke read null', '0 ok read null']],
    [
      'errors that are a code alone, and such that are none',
      [
        entry({}),
        entry({ type: 'fail', error: ['timeout'] }),
        entry({}),
        entry({ type: 'fail', error: ['two words', 1] }),
      ].join('\n'),
      [
        '0 invoke read null',
        '0 fail read null {"code":"timeout"}',
        '0 invoke read null',
        '0 fail read null {"code":"error","message":"[\\"two words\\",1]"}',
      ],
    ],
    [
      "a hint of Porcupine's below zero",
      '6 :invoke :write 38 :hint -1\n6 :ok :write 38',
      ['6 invoke write 38', '6 ok write 38'],
    ],
    ['0 that nobody wrote in the text of AWDIT', 'r 5 0\n', ['0 invoke txn [["r",5,null]]', '0 ok txn [["r",5,0]]']],
    [
      'transactions without operations',
      '[[{"events":[],"committed":true},{"events":[["w",0,1]],"committed":true}]]',
      ['0 invoke txn [["w",0,1]]', '0 ok txn [["w",0,1]]'],
    ],
    [
      'a second crash, which finds nothing open',
      '[0] call read(a)\ncrash\ncrash\n',
      ['0 invoke read "a"', '0 info read "a" {"code":"crash"}'],
    ],
    [
      'whole numbers that a double rounds, as text',
      '[0] call write(12345678901234567)\n',
      ['0 invoke write "12345678901234567"'],
    ],
  ])('%s', (_, text, expected) => expect(entriesOf(importText(text))).toEqual(expected));

  it.each([['a fraction', '1234567890123456.5', 1234567890123456.5]])(
    'a time of %s is the number that it is',
    (_, time, timeNs) => {
      const { history } = importText(`{"time":${time},"process":0,"type":"invoke","f":"read"}`);
      expect(history.at(0).timeNs).toBe(timeNs);
    },
  );

  it('0 that somebody wrote is no initial state, neither where it was written nor where it was read', () => {
    expect(entriesOf(importText('w(1,0,3,1)\nr(1,0,4,2)\nr(2,0,4,2)\n')).slice(2)).toEqual([
      '3 ok txn [["w",1,0]]',
      '4 ok txn [["r",1,0],["r",2,null]]',
    ]);
  });

  it.each([
    [`${entry({})}\n${entry({ type: 'ok', time: 5 })}`, /line 2: a time came, the entries before have none/],
    ['{:type :ok :f :read :value 1}', /entry 1: no open invocation of read for this ok/],
    [`${entry({})}`.replace('{', '{"time":1e999,'), /line 1: a value is Infinity, expected a finite number/],
    [
      entry({}).replace('{', '{"time":12345678901234567890,'),
      /line 1: a whole number near 12345678901234567000 is too large to be read exactly/,
    ],
    [entry({ time: '5' }), /line 1: expected a time in nanoseconds, "5" came/],
    [entry({ time: true }), /line 1: expected a time in nanoseconds, true came/],
    [`${entry({})},\n${entry({ type: 'ok' })}`, /line 1: .* at column \d+$/],
    [`${entry({})}\n${entry({ process: 'a' })}`, /line 2: expected a number or nemesis as process, "a" came/],
    [
      '[{"process":0,"type":"invoke","f":"r","time":1691420095436341001},{"process":0,"type":"ok","f":"r","time":0.5}]',
      /entry 2: expected a time in nanoseconds, 0\.5 came/,
    ],
    ['{"process":0,"type":"invoke","value":[["r",1,null],7]}', /line 1: expected a function name as f/],
    [`${entry({})}\n${entry({ process: 1, f: '' })}`, /line 2: expected a function name as f, "" came/],
    ['{:process 0 :type :invoke :f ":"}', /entry 1: expected a function name as f, ":" came/],
    ['w 1 1\nw 1 111111111111111111111', /line 2: expected "r key value"/],
    [
      '[[{"events":[{"Read":{"variable":0,"version":1},"x":{}}],"committed":true}]]',
      /transaction 1: expected a read or write/,
    ],
    ['[[{"events":[["r",0,1,9]],"committed":true}]]', /transaction 1: expected a read or write/],
    ['[[{"events":[["r",0,1]]}]]', /transaction 1: expected \{"events": \[\.\.\.\], "committed": true\}/],
    ['[0] call read(a)\n[0] return\n[0] return\n', /line 3: a return of thread 0, which has no call open/],
  ])('%j is refused with its place', (text, message) => expect(() => importText(text)).toThrow(message));

  it('counts what a log holds that was changed, and nothing that is not there', () => {
    const log = importText('0 :invoke :write 1.23456789012345678M');
    expect(log.ignored).toEqual([{ what: 'exact decimal (rounded to a double)', count: 1 }]);
    expect(importText('w(1,5,3,-1)\nr(1,5,4,1)\n').ignored).toEqual([]);
  });
});

describe('the nemesis', () => {
  const twice = (...names: readonly string[]): string => names.map((f) => nemesis(f) + nemesis(f)).join('');

  it('ends each fault once, and what ends nothing is counted', () => {
    const imported = importText(twice('start', 'stop') + nemesis('stop') + nemesis('dance') + nemesis('dance'));
    expect(phasesOf(imported)).toEqual([
      'partition requested',
      'partition unverified',
      'partition healing',
      'partition healed',
    ]);
    expect(imported.ignored).toEqual([
      { what: 'nemesis entry stop', count: 1 },
      { what: 'nemesis entry dance', count: 2 },
    ]);
  });

  it('starts again what it killed', () => {
    expect(phasesOf(importText(twice('kill', 'start')))).toEqual([
      'kill requested',
      'kill unverified',
      'kill healing',
      'kill healed',
    ]);
  });

  it('may be a text, and may say nothing', () => {
    expect(phasesOf(importText(entry({ process: ':nemesis', type: 'info', f: 'kill' })))).toEqual(['kill requested']);
    expect(importText(':nemesis :info :kill nil').history.faults[0]?.reason).toBe('the nemesis said nothing');
  });
});

describe('entries without processes', () => {
  const call = (type: string, f: string, value: string): string => `{:type :${type} :f :${f} :value ${value}}`;

  it.each([
    [
      'by what the invocation knew',
      [call('invoke', 'write', '1'), call('invoke', 'write', '2'), call('ok', 'write', '2')],
      ['0 invoke', '1 invoke', '1 ok'],
    ],
    [
      'by the number of micro-operations',
      [
        call('invoke', 'txn', '[[:r 1 nil]]'),
        call('invoke', 'txn', '[[:r 1 nil] [:r 2 nil]]'),
        call('ok', 'txn', '[[:r 1 5] [:r 2 6]]'),
      ],
      ['0 invoke', '1 invoke', '1 ok'],
    ],
    [
      'the smallest one that is free',
      [call('invoke', 'a', 'nil'), call('invoke', 'b', 'nil'), call('ok', 'a', '1'), call('invoke', 'c', 'nil')],
      ['0 invoke', '1 invoke', '0 ok', '0 invoke'],
    ],
  ])('%s', (_, entries, expected) => {
    const { history } = importText(entries.join(' '));
    const came = expected.map((__, index) => `${history.at(index).process} ${history.at(index).type}`);
    expect(came).toEqual(expected);
  });
});

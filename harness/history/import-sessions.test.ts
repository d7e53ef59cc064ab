import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { readAnyHistory } from './read-any-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-sessions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function importText(text: string, options: ImportOptions = {}): ImportedHistory {
  const path = join(folder, 'input');
  writeFileSync(path, text);
  return readAnyHistory(path, options);
}

/** Completions in one line each: `0 ok [["w",1,1]]`. */
function completions({ history }: ImportedHistory): string[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index))
    .filter(({ type }) => type !== 'invoke')
    .map(({ process, type, value }) => `${process} ${type} ${JSON.stringify(value)}`);
}

describe('the text of Plume and PolySI', () => {
  it('is read by session and transaction, wherever their lines stand', () => {
    const imported = importText('w(1,10,0,7)\nr(1,10,5,8)\nw(2,20,0,7)\nw(1,11,0,9)\n');
    expect(imported.format).toBe('plume');
    expect(completions(imported)).toEqual(['0 ok [["w",1,10],["w",2,20]]', '5 ok [["r",1,10]]', '0 ok [["w",1,11]]']);
    expect(imported.history.at(1)).toMatchObject({ process: 5, type: 'invoke', value: [['r', 1, null]] });
  });

  it('takes transaction -1 as aborted: its writes failed, its reads are counted', () => {
    const imported = importText('w(1,5,3,-1)\nr(1,5,3,-1)\nr(1,5,4,1)\n');
    expect(completions(imported)).toEqual(['3 fail [["w",1,5]]', '4 ok [["r",1,5]]']);
    expect(imported.ignored).toEqual([{ what: 'read of an aborted transaction', count: 1 }]);
  });

  it('takes a read of 0 as one of the initial state, but where somebody wrote 0', () => {
    expect(completions(importText('r(1,0,0,0)\nr(2,0,0,1)\nw(2,0,1,2)\n'))).toEqual([
      '0 ok [["r",1,null]]',
      '1 ok [["w",2,0]]',
      '0 ok [["r",2,0]]',
    ]);
  });

  it('keeps keys exact that a double would round, and says so', () => {
    const imported = importText('w(13296660918851520211,1,0,0)\nw(13296660918851520212,007,0,0)\n');
    expect(completions(imported)).toEqual(['0 ok [["w","13296660918851520211",1],["w","13296660918851520212",7]]']);
    expect(imported.ignored).toEqual([{ what: expect.stringContaining('kept as a string of digits'), count: 2 }]);
  });

  it.each([
    ['w(1,1,0,0)\nw(2,1,1,0)', /line 2: transaction 0 is of session 0, session 1 came/],
    ['w(1,1,0,0)\nw(1,1,0)', /line 2: expected r\(key,value,session,transaction\)/],
    ['w(1,1,0,0)\nr(1,-1,0,0)', /line 2: expected/],
    ['w(1,1,9999999999,0)', /line 1: .*process must be a whole number/],
  ])('%j is refused with its line', (text, message) => expect(() => importText(text)).toThrow(message));
});

describe('the histories of dbcop', () => {
  const expected = ['0 ok [["w","x",1],["w","y",2]]', '1 fail [["r","x",null],["r","z",null]]', '0 ok [["r","y",2]]'];

  it('are read as text', () => {
    const imported = importText('// one\n[x:=1 y:=2] [y==2]\n---\n\n// two\n[x==1 z==?]!\n');
    expect(imported.format).toBe('dbcop');
    expect(completions(imported)).toEqual(expected);
    expect(imported.ignored).toEqual([{ what: 'read of an aborted transaction', count: 2 }]);
  });

  it('are read as JSON, tagged or compact, bare or with what the generator says of itself', () => {
    const tagged = (kind: string, variable: string, version: number | null): object => ({
      [kind]: { variable, version },
    });
    const data = [
      [
        { events: [tagged('Write', 'x', 1), ['w', 'y', 2]], committed: true },
        { events: [tagged('Read', 'y', 2)], committed: true },
      ],
      [{ events: [tagged('Read', 'x', 1), ['r', 'z', null]], committed: false }],
    ];
    const bare = importText(JSON.stringify(data));
    expect(bare.format).toBe('dbcop');
    expect(completions(bare)).toEqual(expected);
    expect(completions(importText(JSON.stringify({ params: { id: 0 }, info: 'generated', data }, null, 2)))).toEqual(
      expected,
    );
  });

  it('take version 0 that nobody wrote as the initial state', () => {
    expect(completions(importText('[x==0 y:=0]\n---\n[y==0]'))).toEqual([
      '0 ok [["r","x",null],["w","y",0]]',
      '1 ok [["r","y",0]]',
    ]);
  });

  it.each([
    ['[x:=1]\n[y:=2', /line 2: expected a transaction such as .*"\[y:=2" came/],
    ['[x:=1 y=2]', /line 1: expected variable:=number, .*"y=2" came/],
    ['[x:=?]', /line 1: expected variable:=number/],
    ['[x:=1] trailing', /line 1: expected a transaction/],
    ['[[{"events":[["w",0,1]],"committed":true},{"events":7}]]', /transaction 2: expected \{"events"/],
    ['[[{"events":[["w",0,null]],"committed":true}]]', /transaction 1: expected a read or write/],
    ['{"data":[[{"events":[["x",0,1]],"committed":true}]]}', /transaction 1: expected a read or write/],
    ['{"data":[7]}', /session 1: expected an array of transactions/],
    ['{"data":7}', /as a whole: expected an array of sessions/],
    ['[[{"events":[["w",0,1]],"comm', /the JSON is cut off/],
  ])('%j is refused with its place', (text, message) => expect(() => importText(text)).toThrow(message));
});

describe("AWDIT's text", () => {
  it('has separators of any length', () => {
    const text = 'w 0 1\n-\nr 0 1\n=\nr   0\t1\n========\n=====\nw 9 9\n';
    expect(completions(importText(text))).toEqual([
      '0 ok [["w",0,1]]',
      '1 ok [["r",0,1]]',
      '3 ok [["w",9,9]]',
      '0 ok [["r",0,1]]',
    ]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isHarnessError } from '../kernel/harness-error.ts';
import { randomOf, type Random } from '../kernel/random.ts';
import type { Op } from '../kernel/op.ts';
import { isSessionOrdered, type HistoryFormat, type ImportedHistory } from './imported-history.ts';
import { readAnyHistory } from './read-any-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-damaged-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type ForeignFormat = Exclude<HistoryFormat, 'faultline'>;

/** A history of each format; one entry in a line. */
const SOUND: Readonly<Record<ForeignFormat, readonly string[]>> = {
  jsonl: [
    '{"index":0,"time":10,"type":"invoke","process":0,"f":"write","value":[1,{"a":null}]}',
    '{"index":1,"time":20,"type":"invoke","process":1,"f":"read","value":null}',
    '{"index":2,"time":30,"type":"ok","process":0,"f":"write","value":[1,{"a":null}]}',
    '{"index":3,"time":40,"type":"info","process":1,"f":"read","value":null,"error":"timeout"}',
  ],
  json: [
    '[{"type":"invoke","process":0,"f":"write","value":1},',
    '{"type":"invoke","process":1,"f":"read","value":null},',
    '{"type":"ok","process":0,"f":"write","value":1},',
    '{"type":"ok","process":1,"f":"read","value":1}]',
  ],
  edn: [
    '[{:type :invoke, :f :write, :process 0, :time 10, :value 1}',
    '{:type :invoke, :f :read, :process 1, :time 20, :value nil}',
    '{:type :ok, :f :write, :process 0, :time 30, :value 1}',
    '{:type :ok, :f :read, :process 1, :time 40, :value 1}]',
  ],
  'jepsen-log': [
    'INFO  jepsen.util - 0\t:invoke\t:write\t1',
    'INFO  jepsen.util - 1\t:invoke\t:read\tnil',
    'INFO  jepsen.util - 0\t:ok\t:write\t1',
    'INFO  jepsen.util - 1\t:ok\t:read\t1',
  ],
  limo: ['[1] call push(1)', '[2] call pop()', '[1] return', '[2] return 1'],
  awdit: ['w 1 1', 'w 2 1', '-----', 'r 1 1', '=====', 'r 2 1', 'w 1 2'],
  plume: ['w(1,1,0,0)', 'w(2,1,0,0)', 'r(1,1,0,1)', 'r(2,1,1,2)', 'w(3,3,1,-1)', 'r(3,0,1,3)'],
  dbcop: ['// one', '[x:=1 y:=2] [y==2 x:=3]', '---', '[x==1 z==?] [y:=4]!', '[y==2]'],
};
const FORMATS = Object.keys(SOUND) as readonly ForeignFormat[];

function importLines(lines: readonly string[], format: ForeignFormat): ImportedHistory {
  const path = join(folder, 'input');
  writeFileSync(path, lines.join('\n'));
  return readAnyHistory(path, { format });
}

/** The message of the refusal; undefined where the text was taken. Anything but a usage error fails the test. */
function refusal(lines: readonly string[], format: ForeignFormat): string | undefined {
  try {
    importLines(lines, format);
    return undefined;
  } catch (error) {
    expect(isHarnessError(error), `${String(error)} for ${lines.join('\n')}`).toBe(true);
    expect(error).toMatchObject({ code: 'usage' });
    return String((error as Error).message);
  }
}

/** What every refusal says: where, or that there is nothing. */
const PLACE = /(line|entry|column|byte|offset|transaction|session) \d+|is empty|holds no operation|as a whole/;

function entriesOf({ history }: ImportedHistory): Op[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index));
}

const GARBAGE = ['NaN', '1e999', '-1', '"', '{', ']', ':', '\u0000', '\ud800', '9'.repeat(400), '[1 2', 'null', ''];

/** Damages a text somewhere, in one of the ways in which files are damaged. */
function damage(lines: readonly string[], random: Random): readonly string[] {
  const text = lines.join('\n');
  const [from, to] = [random.int(0, text.length), random.int(0, text.length)].toSorted((a, b) => a - b) as [
    number,
    number,
  ];
  const line = random.int(0, lines.length - 1);
  switch (random.int(0, 5)) {
    case 0:
      return text.slice(0, to).split('\n');
    case 1:
      return (text.slice(0, from) + text.slice(to)).split('\n');
    case 2:
      return (text.slice(0, from) + random.pick(GARBAGE) + text.slice(from)).split('\n');
    case 3:
      return lines.toSpliced(line, 1);
    case 4:
      return lines.toSpliced(line, 0, random.pick(lines));
    default:
      return random.shuffle(lines);
  }
}

describe('damaged input', () => {
  it.each(FORMATS)('%s: is refused in one line with its place, or wholly accounted for', (format) => {
    const random = randomOf('damaged').fork(format);
    expect(refusal(SOUND[format], format)).toBeUndefined();
    let refused = 0;
    for (let round = 0; round < 150; round++) {
      let lines = damage(SOUND[format], random);
      if (random.chance(1, 2)) lines = damage(lines, random);
      const message = refusal(lines, format);
      if (message === undefined) continue;
      refused++;
      expect(message).not.toContain('\n');
      expect(message.length).toBeLessThan(600);
      expect(message).toMatch(PLACE);
    }
    expect(refused).toBeGreaterThan(format === 'awdit' ? 25 : 50);
  });

  it.each(FORMATS)('%s: cut off anywhere, it is refused with its place or is what stands before the cut', (format) => {
    const text = SOUND[format].join('\n');
    const whole = entriesOf(importLines([text], format));
    for (let end = 0; end < text.length; end++) {
      const cut = [text.slice(0, end)];
      const message = refusal(cut, format);
      if (message === undefined) {
        // A number may be cut to another number; everything before the last entry is what it was.
        const entries = entriesOf(importLines(cut, format));
        expect(entries.length, cut[0]).toBeLessThanOrEqual(whole.length);
        if (!isSessionOrdered(format)) expect(entries.slice(0, -1)).toEqual(whole.slice(0, entries.length - 1));
      } else expect(message, cut[0]).toMatch(PLACE);
    }
  });

  it.each(FORMATS)('%s: every other format under its name is refused', (format) => {
    for (const other of FORMATS.filter((each) => each !== format)) {
      expect(refusal(SOUND[other], format), `${other} as ${format}`).toMatch(PLACE);
    }
  });

  it.each(FORMATS)('%s: bytes of any kind, 100,000 brackets and very long lines are refused in one line', (format) => {
    const random = randomOf('bytes').fork(format);
    const [head = '', ...rest] = SOUND[format];
    const junk = Array.from({ length: 300 }, () => String.fromCharCode(random.int(1, 0x2ff))).join('');
    const brackets = ['[', '(', '{', '#{', '{"a":', '#_ ', '^a ', '#a '].map((bracket) => bracket.repeat(100_000));
    for (const bad of [junk, ...brackets, '9'.repeat(300_000), `"${'a'.repeat(300_000)}`]) {
      for (const lines of [[bad], [head.replace(/1(?!.*1)/, () => bad), ...rest]]) {
        const message = refusal(lines, format);
        if (message === undefined) continue;
        expect(message).not.toContain('\n');
        expect(message.length).toBeLessThan(600);
        expect(message).toMatch(PLACE);
      }
    }
  });

  it.each(['jsonl', 'jepsen-log', 'limo'] as const)('%s: every line is an entry or counted', (format) => {
    const random = randomOf('counted').fork(format);
    for (let round = 0; round < 60; round++) {
      const lines = [...damage(SOUND[format], random), ...(format === 'jepsen-log' ? ['some other line'] : [])];
      if (refusal(lines, format) !== undefined) continue;
      const { history, ignored } = importLines(lines, format);
      const left = ignored.filter(({ what }) => !what.startsWith('field')).reduce((sum, { count }) => sum + count, 0);
      expect(history.length + left, lines.join('\n')).toBe(lines.filter((line) => line.trim() !== '').length);
    }
  });

  const without = (format: ForeignFormat, line: number): string[] => SOUND[format].toSpliced(line, 1);
  it.each([
    ['a completion without invocation', 'jsonl', without('jsonl', 0), /input, line 2:? .*process 0/],
    ['a completion without invocation', 'jepsen-log', without('jepsen-log', 0), /line 2.*process 0/],
    ['a completion without invocation', 'limo', without('limo', 0), /line 2/],
    [
      'two open operations of one process',
      'jsonl',
      without('jsonl', 2).toSpliced(2, 1, SOUND.jsonl[0] ?? ''),
      /line 3/,
    ],
    [
      'two open operations of one process',
      'edn',
      SOUND.edn.toSpliced(1, 0, '{:type :invoke :f :read :process 0 :time 15}'),
      /entry 2.*process 0/,
    ],
    ['a time that runs backwards', 'edn', SOUND.edn.map((line) => line.replace('30', '5')), /entry 3.*backwards/],
    [
      'a time that is no number',
      'json',
      ['[{"type":"invoke","process":0,"f":"read","time":"soon"}]'],
      /entry 1.*"soon"/,
    ],
    ['NaN', 'edn', ['{:type :invoke :f :write :process 0 :value ##NaN}'], /line 1/],
    ['a number without end', 'jsonl', ['{"type":"invoke","process":0,"f":"write","value":1e999}'], /line 1/],
    ['an unknown type', 'jsonl', ['{"type":"maybe","process":0,"f":"write","value":1}'], /line 1.*"maybe"/],
    ['an unknown operation', 'limo', ['[1] call fetch_and_add(1)', '[1] return'], /line 1/],
    ['an unknown operation', 'awdit', ['w 1 1', 'x 1 1'], /line 2/],
    ['a line cut off', 'jsonl', [...SOUND.jsonl.slice(0, 3), '{"index":3,"ti'], /line 4/],
    ['an end cut off', 'edn', [...SOUND.edn.slice(0, 3), '{:type :ok, :f :re'], /line 4/],
    ['an end cut off', 'json', [...SOUND.json.slice(0, 3), '{"type":"ok"'], /line \d|entry \d|column/],
  ] as const)('%s in %s', (_, format, lines, message) => expect(refusal(lines, format)).toMatch(message));
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GENERATED_MODELS } from '../../checkers/generate/index.ts';
import { faultline } from './testing/run-faultline.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'faultline-check-options-'));
const file = path.join(folder, 'history.jsonl');
const out = path.join(folder, 'made.jsonl');
beforeAll(() =>
  writeFileSync(
    file,
    `{"process":0,"type":"invoke","f":"write","value":1}
{"process":0,"type":"ok","f":"write","value":1}`,
  ),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The one line that a command line is refused with. */
async function refusal(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await faultline('check', ...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 254, stdout: '' });
  expect(stderr.trimEnd()).not.toContain('\n');
  return stderr.trimEnd();
}

describe('faultline check FILE', () => {
  it.each([
    ['--ops', '5'],
    ['--clients', '5'],
    ['--crashed', '0'],
    ['--broken', 'stale'],
    ['--violations', '1'],
    ['--broken-at', '0'],
    ['--durations', 'uniform'],
    ['--values', '5'],
    ['--seed', '1'],
    ['--out', out],
  ])('refuses %s, which only --generate reads', async (option, value) => {
    expect(await refusal(file, option, value)).toContain(`${option} goes with --generate`);
  });

  it.each([
    [['--time-limit', '1', '--time-limit', '2'], '--time-limit was given 2 times, expected once'],
    [['--format', 'edn', '--format', 'jsonl'], '--format was given 2 times, expected once'],
    [['--level', 'causal', '--level', 'pram'], '--level was given 2 times, expected once'],
    [['--independent', '--no-independent'], '--independent was given 2 times, expected once'],
    [['--json', '--json=true'], '--json was given 2 times, expected once'],
    [['--file', file], 'faultline check has no option --file; it is given by its place: faultline check [file]'],
    [
      ['--option', 'initial='],
      `--option initial= says no value: for none write initial=null, for the empty text 'initial=""'`,
    ],
    [['--option', 'initial= '], '--option initial= says no value: '],
    [['--model', 'regster'], 'unknown model "regster"; did you mean register? expected one of register, '],
    [['--model', 'set'], 'the operations are write, and set has add, '],
    [['--format', 'yaml'], '--format expects one of faultline, jsonl, '],
    [['--memory-limit', 'lots'], '--memory-limit expects a number of at least 16, got "lots"'],
  ])('%j: says which option is wrong, by its name', async (args, message) => {
    expect(await refusal(file, ...args)).toContain(message);
  });

  it('takes the empty text where it is quoted', async () => {
    const { exitCode, stdout } = await faultline('check', file, '--option', 'initial=""', '--json');
    const { checks } = JSON.parse(stdout) as { readonly checks: readonly { readonly options: object }[] };
    expect({ exitCode, options: checks.map(({ options }) => options) }).toEqual({
      exitCode: 0,
      options: [expect.objectContaining({ initial: '' })],
    });
  });

  it('calls its argument what its usage calls it', async () => {
    expect(await refusal('')).toContain('FILE expects a text, got an empty one');
  });
});

describe('what faultline check prints', () => {
  it('is one circle for a G2-item that is a write skew', async () => {
    await faultline('check', '--generate', 'list-append', '--broken', 'write-skew', '--ops', '60', '--out', out);
    const { stdout } = await faultline('check', out);
    expect(stdout).toContain('G2-item: ');
    expect(stdout).toContain('write-skew: The circle of G2-item is one');
    expect(stdout.match(/is a circle of transactions/g)).toHaveLength(1);
  });

  it('is the reason of a placement once', async () => {
    writeFileSync(
      out,
      '{"process":0,"type":"invoke","f":"inc","value":null}\n{"process":0,"type":"ok","f":"inc","value":1}',
    );
    const { stdout } = await faultline('check', out, '--checker', 'guarantees');
    expect(stdout.match(/cannot be told of which object/g)).toHaveLength(1);
  });
});

describe('faultline check --generate', () => {
  it.each([
    [['register', '--model', 'set'], '--generate judges nothing and takes no --model: --generate set makes'],
    [['register', '--level', 'causal'], 'takes no --level'],
    [['register', '--time-limit', '5'], 'takes no --time-limit'],
    [['register', '--violations', '2'], '--violations goes with --broken'],
    [['register', '--broken-at', '0.5'], '--broken-at goes with --broken'],
    [['set', '--values', '3'], 'a history of set does not depend on --values'],
    [['register', '--values', '3', '--broken', 'stale'], 'leave out --values'],
    [['register', '--ops', '3', '--crashed', '4'], '--crashed 4 is more than --ops 3'],
    [['set', '--ops', '5', '--crashed', '5'], '5 operations are too few for so many that crash: only 4 of 5'],
    [['register', '--broken', 'stale', '--broken-at', '1'], '--broken-at must be in [0, 1), 1 came'],
    [['register', '--broken', 'sour'], 'register cannot be broken as "sour": expected one of stale, phantom'],
    [
      ['regster'],
      `no histories can be generated of model "regster": did you mean register? expected one of ${GENERATED_MODELS.join(', ')}`,
    ],
    [['fifo-queue'], 'no histories can be generated of model "fifo-queue": did you mean queue? expected one of '],
    [['lists'], `no histories can be generated of model "lists": expected one of ${GENERATED_MODELS.join(', ')}`],
    [['register', file], 'it does not take a file to check'],
  ])('refuses %j', async (args, message) => {
    expect(await refusal('--generate', ...args, '--out', out)).toContain(message);
  });

  it('makes what was asked for, and the same where the defaults are said', async () => {
    const defaults = ['--ops', '1000', '--clients', '10', '--crashed', '0', '--durations', 'uniform', '--seed', '1'];
    const said = path.join(folder, 'said.jsonl');
    await faultline('check', '--generate', 'register', ...defaults, '--out', said);
    const { exitCode, stdout } = await faultline('check', '--generate', 'register', '--out', out, '--json');
    expect({ exitCode, document: JSON.parse(stdout) as unknown }).toEqual({
      exitCode: 0,
      document: { file: out, entries: 2000 },
    });
    expect(readFileSync(out, 'utf8')).toBe(readFileSync(said, 'utf8'));
  });
});

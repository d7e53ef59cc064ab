import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { GENERATED_MODELS } from '../../checkers/generate/index.ts';
import { startFaultline } from './testing/run-faultline.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'faultline-malformed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENTRY = '{:process 0, :type :invoke, :f :write, :value 1}\n';

type Malformed = readonly [name: string, content: string | Buffer, message: RegExp, more: readonly string[]];

const MALFORMED: readonly Malformed[] = [
  [
    'cut-off.edn',
    `${ENTRY}{:process 0, :type :o`,
    /^faultline: \S+cut-off\.edn, line 2 column 1: the EDN is cut off/,
    [],
  ],
  ['completion.edn', '{:process 3, :type :ok, :f :read}', /, entry 1: process 3, ok read: a completion without/, []],
  ['twice.edn', ENTRY + ENTRY, /, entry 2: process 0, invoke write: the process still has its invocation/, []],
  [
    'deep.edn',
    `{:process 0 :value ${'['.repeat(100_000)}`,
    /, line 1 column \d+: a value is nested deeper than 256/,
    [],
  ],
  ['nan.json', '[{"process":0,"type":"invoke","f":"write","value":NaN}]', /, line 1 column 51: expected JSON/, []],
  ['other.txt', ENTRY, /, line 1: expected r\(key,value/, ['--format', 'plume']],
  [
    'escape.edn',
    `${ENTRY}{:process 0 :type "\u001b[31m\u009b"}`,
    /, entry 2: expected type .* "\\u001b\[31m\\u009b" came/,
    [],
  ],
  ['junk.bin', Buffer.from([1, 2, 0, 3]), /junk\.bin is binary data/, []],
  ['history.edn.gz', gzipSync(ENTRY), /is compressed with gzip: unpack it first/, []],
  ['empty.edn', '', /empty\.edn is empty/, []],
];

describe('faultline check, in a process of its own', () => {
  it.each(MALFORMED)(
    '%s: one line with the place, exit code 254, nothing on stdout',
    async (name, content, message, more) => {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      const { exitCode, stdout, stderr } = await startFaultline('check', file, '--json', ...more);
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain('\n');
      // Nothing in it steers a terminal.
      expect(stderr).not.toMatch(/\p{Cc}/u);
      expect({ exitCode, stdout }).toEqual({ exitCode: 254, stdout: '' });
    },
  );

  it('a folder of a peer is answered with what to give instead', async () => {
    const jepsen = path.join(folder, 'jepsen');
    const cobra = path.join(folder, 'cobra');
    for (const [directory, name] of [
      [jepsen, 'history.edn'],
      [cobra, 'T1.log'],
    ] as const) {
      mkdirSync(directory);
      writeFileSync(path.join(directory, name), ENTRY);
    }
    expect(await startFaultline('check', jepsen)).toMatchObject({
      exitCode: 254,
      stderr: expect.stringContaining('history.edn'),
    });
    expect(await startFaultline('check', cobra)).toMatchObject({
      exitCode: 254,
      stderr: expect.stringContaining('awdit convert'),
    });
  });

  it('help lists every model that histories can be made of', async () => {
    const { stdout } = await startFaultline('check', '--help');
    const words = stdout.replaceAll(/\s+/g, ' ');
    expect(words).toContain(`make a synthetic history of one of these: ${GENERATED_MODELS.join(', ')}`);
  });

  it('help shows every format with an example', async () => {
    const { stdout } = await startFaultline('check', '--help');
    expect(stdout).toContain('plume: transactions of Plume, PolySI, IsoVista');
    expect(stdout).toMatch(/w\(1,10,0,0\)\n +r\(1,10,1,1\)/);
  });
});

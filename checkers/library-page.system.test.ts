import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importModule } from '../harness/modules/import-module.ts';
import { checkLinearizable, guarantees, historyOf, runCheck, runChecks } from './index.ts';

const ROOT = new URL('..', import.meta.url);
const PAGE = readFileSync(new URL('docs/checkers-library.md', ROOT), 'utf8');
const NAMES = ['histories', 'one-object', 'any-checker', 'placement', 'own-model'];
const folder = mkdtempSync(path.join(tmpdir(), 'faultline-library-'));
const fileOf = (name: string): string => path.join(folder, `${name}.ts`);

beforeAll(() => {
  const examples = [...PAGE.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  expect(examples).toHaveLength(NAMES.length);
  const library = pathToFileURL(new URL('checkers/index.ts', ROOT).pathname).href;
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  examples.forEach((code, index) => {
    writeFileSync(fileOf(NAMES[index] ?? ''), code.replace("'faultline/checkers'", JSON.stringify(library)));
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the page about the library', () => {
  it.each([
    ['one-object', { right: 'valid', wrong: 'invalid' }],
    ['any-checker', { sequential: 'valid', verdicts: ['invalid', 'valid'] }],
    ['placement', { linearizable: 'invalid', strongest: expect.arrayContaining(['sequential']) }],
    ['own-model', { strict: 'invalid', lenient: 'valid' }],
  ])('says what %s answers', async (name, expected) => {
    expect({ ...(await importModule(fileOf(name))) }).toMatchObject(expected);
  });

  it('is well typed', async () => {
    for (const name of NAMES) {
      const library = new URL('checkers/index.ts', ROOT).pathname;
      const code = readFileSync(fileOf(name), 'utf8').replaceAll(pathToFileURL(library).href, library);
      writeFileSync(fileOf(name), code);
    }
    const flags = '--noEmit --strict --skipLibCheck --allowImportingTsExtensions --module nodenext --target es2023';
    const options = [
      ...flags.split(' '),
      '--types',
      'node',
      '--typeRoots',
      new URL('node_modules/@types', ROOT).pathname,
    ];
    const tsc = new URL('node_modules/typescript/bin/tsc', ROOT).pathname;
    const { stdout } = await execa(process.execPath, [tsc, ...options, ...NAMES.map(fileOf)], {
      cwd: folder,
      reject: false,
    });
    expect(stdout).toBe('');
  });
});

describe('the library without options', () => {
  const history = historyOf([
    { timeNs: 0, process: 0, type: 'invoke', f: 'write', value: 1 },
    { timeNs: 1, process: 0, type: 'ok', f: 'write', value: 1 },
  ]);

  it('has limits of its own', async () => {
    expect(guarantees(history).family).toBe('registers');
    expect((await runCheck(history, 'linearizability')).verdict).toBe('valid');
    expect((await runCheck(history, { checker: 'pram', limits: { timeMs: 1_000 } })).verdict).toBe('valid');
  });

  it('refuses limits that are no numbers', async () => {
    expect(() => guarantees(history, { limits: { timeMs: Number.NaN } })).toThrow(/timeMs expects a number from 0 on/);
    await expect(runCheck(history, 'pram', { memoryBytes: -1 })).rejects.toThrow(/memoryBytes expects .*, -1 came/);
  });

  it('refuses options that nobody reads, before they change a verdict', async () => {
    const options = { initail: 0 };
    expect(() => checkLinearizable(history, { model: 'register', options })).toThrow(
      /^linearizability has no option initail; there are: model, initial/,
    );
    expect(() => guarantees(history, { options })).toThrow(/^guarantees has no option initail/);
    expect(() => guarantees(history, { initial: 0 } as object)).toThrow('guarantees takes no initial');
    await expect(runCheck(history, { checker: 'pram', options })).rejects.toThrow(/^pram has no option initail/);
    await expect(runChecks(history, [{ checker: 'set', initial: 0 } as { checker: string }])).rejects.toThrow(
      'a check takes no initial; there are: checker, options, model',
    );
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { TARGET_DEFINITION, WORKLOAD_DEFINITION } from './definition-schemas.ts';
import { importModule, isModulePath } from './import-module.ts';
import { loadDefinition } from './load-definition.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'faultline-modules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function moduleOf(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

moduleOf('esm/package.json', '{"type":"module"}');
moduleOf('cjs/package.json', '{"type":"commonjs"}');

const TARGET = `{
  name: 'mine', description: 'd', offers: { register: ['read', 'write'] }, promises: {},
  faultModel: { kinds: ['kill'], clockOffsetMsMax: 0, survivesKillOfAll: true },
  nodeCounts: { min: 1, max: 3, default: 3 },
  docker: {
    image: 'i', container: () => ({}), clientPort: 1, peerPort: 2, dataPaths: [], ready: () => {}, openClient: () => {},
  },
}`;

const load = (file: string): Promise<unknown> => loadDefinition(TARGET_DEFINITION, file);

describe('telling names from paths', () => {
  it.each(['./a.ts', 'a.ts', '/x/a', 'x/a.mjs', 'file:///a.js', '..\\a', 'target.js', '.'])('%s is a path', (name) => {
    expect(isModulePath(name)).toBe(true);
  });
  it.each(['raft', 'etcd', 'my-kv', 'kv2'])('%s is a name', (name) => expect(isModulePath(name)).toBe(false));
});

describe('loading a module', () => {
  it.each([
    ['named.ts', `export const target: { readonly name: string } = ${TARGET}; enum E { A }; export { E };`],
    ['default.ts', `const t = ${TARGET} as const; export default t;`],
    ['named.mts', `export const target = ${TARGET} satisfies object;`],
    ['named.mjs', `export const target = ${TARGET};`],
    ['esm/named.js', `export const target = ${TARGET};`],
    ['cjs/named.js', `module.exports = { target: ${TARGET} };`],
    ['cjs/named.ts', `export const target = ${TARGET};`],
    ['cjs/default.ts', `const t = ${TARGET} as const; export default t;`],
    ['esm/default.ts', `const t = ${TARGET} as const; export default t;`],
  ])('takes %s', async (name, text) => {
    expect(await load(moduleOf(name, text))).toMatchObject({ name: 'mine' });
  });

  it('follows imports of TypeScript by either extension, and minds no broken tsconfig', async () => {
    moduleOf('linked/tsconfig.json', '{ broken');
    moduleOf('linked/one.ts', `export const one: string = 'mine';`);
    moduleOf('linked/two.ts', `import type { X } from './nowhere.ts'; export const two = 2 as number;`);
    const text = `import { one } from './one.js'; import { two } from './two.ts';
      export const target = { ...${TARGET}, name: one + two };`;
    expect(await load(moduleOf('linked/target.ts', text))).toMatchObject({ name: 'mine2' });
  });

  it('sees a file as it is now, not as it was first loaded', async () => {
    const file = moduleOf('changing.ts', 'export const value: number = 1;');
    expect(await importModule(file)).toMatchObject({ value: 1 });
    moduleOf('changing.ts', 'export const value: number = 2;');
    expect(await importModule(file)).toMatchObject({ value: 2 });
  });

  it('loads TypeScript from compiled code in a plain worker thread', async () => {
    const file = moduleOf('in-worker.ts', 'export const value: number = 7;');
    const entry = new URL('../../dist/harness/modules/import-module.js', import.meta.url).href;
    const code = `import(${JSON.stringify(entry)}).then(({ importModule }) => importModule(${JSON.stringify(file)}))
      .then(({ value }) => require('node:worker_threads').parentPort.postMessage(value));`;
    const worker = new Worker(code, { eval: true, execArgv: [] });
    try {
      expect(await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))).toBe(7);
    } finally {
      await worker.terminate();
    }
  });
});

describe('what is wrong with a module is said in one line', () => {
  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['empty.ts', '', /empty\.ts exports no target, it exports nothing; write: export const target = defineTarget/],
    ['esm/empty.ts', '', /empty\.ts exports no target, it exports nothing; write: export const target = defineTarget/],
    ['esm/other.ts', 'export const tarhet = 1', /exports no target, it exports tarhet; write/],
    ['other.ts', 'export const tarhet = 1', /exports no target, it exports tarhet; write/],
    ['number.ts', 'export const target = 5', /number\.ts: target: expected object, received number; see/],
    [
      'promise.ts',
      'export const target = Promise.resolve({})',
      /target: expected a target, received a promise; await it/,
    ],
    ['syntax.ts', 'export const target = {{', /cannot be loaded: Transform failed with 1 error: .*syntax\.ts:1:23/],
    ['throws.ts', `throw new Error('no\\nluck')`, /throws\.ts cannot be loaded: no$/],
    ['imports.ts', `import 'no-such-package'`, /cannot be loaded: Cannot find (package|module) 'no-such-package'/],
    [
      'name.ts',
      `export const target = { ...${TARGET}, name: '../x' }`,
      /target\.name: expected a name of letters.*\.\.\/x/,
    ],
    ['port.ts', `const t = ${TARGET}; t.docker.clientPort = 0; export const target = t`, /target\.docker\.clientPort/],
    [
      'ready.ts',
      `const t: any = ${TARGET}; t.docker.ready = 1; export const target = t`,
      /ready: expected a function, rec/,
    ],
    [
      'kinds.ts',
      `const t: any = ${TARGET}; t.faultModel.kinds = ['fire']; export const target = t`,
      /"partition"\|"kill"/,
    ],
    ['place.ts', `const t: any = ${TARGET}; delete t.docker; export const target = t`, /one place to run in/],
    ['counts.ts', `const t: any = ${TARGET}; t.nodeCounts.min = 9; export const target = t`, /min <= default <= max/],
  ];
  it.each(refused)('%s', async (name, text, message) => {
    await expect(load(moduleOf(name, text))).rejects.toMatchObject({
      name: 'HarnessError',
      code: 'usage',
      message: expect.stringMatching(message),
    });
    await expect(load(path.join(folder, name))).rejects.toMatchObject({ message: expect.stringMatching(/^[^\n]+$/) });
  });

  it('says that a file is not there, or not a file', async () => {
    await expect(load(path.join(folder, 'nowhere.ts'))).rejects.toThrow(/nowhere\.ts is not there: expected the path/);
    await expect(load(folder)).rejects.toThrow(/is not a file: expected the path/);
    await expect(load(pathToFileURL(path.join(folder, 'gone.ts')).href)).rejects.toThrow(/gone\.ts is not there/);
  });

  it('refuses a workload without checkers', async () => {
    const text = `export const workload = {
      name: 'w', description: '', requiredOps: [], optionalOps: [], generators: () => ({}), level: 'causal', checkers: [],
    }`;
    await expect(loadDefinition(WORKLOAD_DEFINITION, moduleOf('workload.ts', text))).rejects.toThrow(
      /workload\.checkers: expected at least one checker, received none; see/,
    );
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { faultline, startFaultline, temporaryStore } from './testing/run-faultline.ts';

const store = temporaryStore();
const folder = mkdtempSync(path.join(tmpdir(), 'faultline-own-'));
afterAll(() => {
  rmSync(store, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

const TARGET = './harness/modules/testing/own-target.ts';
const WORKLOAD = 'harness/modules/testing/own-workload.ts';
const SHORT = ['--time-limit', '2', '--faults', 'partition', '--seed', '4', '--store', store, '--json'];

interface RunDocument {
  readonly verdict: string;
  readonly runDir: string;
  readonly historyHash: string;
  readonly checks: readonly { readonly name: string; readonly verdict: string }[];
}

function documentOf(stdout: string): RunDocument {
  return JSON.parse(stdout) as RunDocument;
}

describe('modules of the user on the command line', () => {
  it('runs a target by path, under its own name', async () => {
    const { exitCode, stdout, stderr } = await faultline('run', TARGET, ...SHORT);
    // A short run may have too little to judge, but it runs.
    expect([0, 2], stderr).toContain(exitCode);
    expect(documentOf(stdout).runDir).toContain('own-target-register-sim');
  });

  it('judges by a model from a module, and finds and repeats such a run', async () => {
    const first = await faultline('run', TARGET, '--workload', WORKLOAD, ...SHORT);
    // The model is of a register that loses even writes, which the target does not do.
    expect(first.exitCode, first.stderr).toBe(1);
    const { runDir, historyHash, checks } = documentOf(first.stdout);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'linearizability', verdict: 'invalid' }));
    const replay = ['--replay', runDir, '--store', store, '--json'];
    for (const named of [['own-target'], [TARGET, '--workload', WORKLOAD]]) {
      const again = await faultline('run', ...named, ...replay);
      expect(documentOf(again.stdout).historyHash).toBe(historyHash);
    }
    const other = await faultline('run', 'raft', ...replay);
    expect(other).toMatchObject({ exitCode: 254, stdout: '' });
    expect(other.stderr).toMatch(/is of target own-target, not of raft\n$/);
  });

  it('refuses judges that are not there before anything runs', async () => {
    const workload = (checkers: string): string => {
      const file = path.join(folder, 'workload.ts');
      writeFileSync(
        file,
        `export const workload = { name: 'register', description: '', requiredOps: [], optionalOps: [],
          level: 'linearizable', generators: () => { throw new Error('ran') }, checkers: [${checkers}] };
         export const notAModel = 1;`,
      );
      return file;
    };
    const refused = async (checkers: string, message: RegExp): Promise<void> => {
      const { exitCode, stderr } = await faultline('run', 'raft', '--workload', workload(checkers), ...SHORT);
      expect(exitCode).toBe(254);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    };
    const model = `{ module: import.meta.url, export: 'notAModel' }`;
    await refused(`{ checker: 'nonsense' }`, /there is no checker "nonsense"/);
    await refused(`{ checker: 'linearizability', model: ${model} }`, /model notAModel: expected an export with init/);
    await refused(`{ checker: 'set', model: ${model} }`, /only checker linearizability judges by a model, not set/);
    await refused(`{ checker: 'linearizability', model: { module: '/nowhere.ts', export: 'x' } }`, /cannot be loaded/);
  });

  it('says in one line what is wrong with a module, and leaves no folder', async () => {
    const file = path.join(folder, 'wrong.ts');
    writeFileSync(file, 'export const tarhet = 1;');
    const own = temporaryStore();
    try {
      const { exitCode, stderr } = await faultline('run', file, '--store', path.join(own, 'runs'));
      expect(exitCode).toBe(254);
      expect(stderr).toMatch(/^faultline: .*wrong\.ts exports no target, it exports tarhet; write: [^\n]+\n$/);
      expect((await faultline('run', './nowhere.ts')).stderr).toMatch(
        /^faultline: nowhere\.ts is not there: [^\n]+\n$/,
      );
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  });
});

describe('a module that ends or stalls the process', () => {
  it.each([
    ['exits', 'process.exit(0)'],
    ['waits for ever', 'await new Promise(() => {})'],
  ])('%s: one line and 254, never success', async (name, text) => {
    const file = path.join(folder, `${name.replaceAll(' ', '-')}.mjs`);
    writeFileSync(file, text);
    const { exitCode, stderr } = await startFaultline('run', file, ...SHORT);
    expect(exitCode).toBe(254);
    expect(stderr.trim()).toBe(
      'faultline: ended before the work was done: a loaded module called process.exit or awaits what never comes',
    );
  });
});

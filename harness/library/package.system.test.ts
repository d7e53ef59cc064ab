import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLES = path.join(ROOT, 'docs/examples');
const consumer = mkdtempSync(path.join(tmpdir(), 'faultline-consumer-'));
const packed: string[] = [];

/** A project that has the package as npm would install it: what `npm pack` puts into it, beside its dependencies. */
beforeAll(async () => {
  const { stdout } = await execa('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', consumer], {
    cwd: ROOT,
    stderr: 'ignore',
  });
  const [archive] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  packed.push(...(archive?.files ?? []).map((file) => file.path));
  writeFileSync(path.join(consumer, 'package.json'), '{"name":"consumer","type":"module"}');
  const modules = path.join(consumer, 'node_modules');
  mkdirSync(path.join(modules, 'faultline'), { recursive: true });
  await execa('tar', ['-xzf', archive?.filename ?? '', '-C', 'node_modules/faultline', '--strip-components=1'], {
    cwd: consumer,
  });
  for (const name of readdirSync(path.join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  }
  for (const name of readdirSync(EXAMPLES)) {
    cpSync(path.join(EXAMPLES, name), path.join(consumer, name), { recursive: true });
  }
  // An overlay of the first example, as `faultline init --template docker` writes it.
  cpSync(path.join(consumer, 'kv-store'), path.join(consumer, 'kv-store-docker'), { recursive: true, force: false });
}, 120_000);
afterAll(() => rmSync(consumer, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what runs and its documentation, and no tests', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'dist/harness/library/index.d.ts',
        'dist/harness/vitest/index.js',
        'dist/checkers/worker-entry.js',
        'dist/harness/environments/process/watchdog-main.js',
        'docs/own-service.md',
        'docs/examples/kv-store/target.ts',
        'docs/campaigns.md',
        'docs/campaign.schema.json',
        'docs/ci/guarantees.yaml',
        'THIRD-PARTY-NOTICES.md',
      ]),
    );
    expect(packed.filter((file) => /^dist\/(.*\.test\.|.*\/testing\/|bench)|node_modules/.test(file))).toEqual([]);
  });

  it('holds what its documentation points to', () => {
    const pages = packed.filter((file) => file.endsWith('.md'));
    const dead = pages.flatMap((page) => {
      const text = readFileSync(path.join(ROOT, page), 'utf8');
      const links = [...text.matchAll(/\]\(([^)#\s]+)|(?:src|srcset|href)="([^"#\s]+)/g)].map(
        ([, a, b]) => a ?? b ?? '',
      );
      return links
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => path.posix.join(path.posix.dirname(page), link).replace(/\/$/, ''))
        .filter((target) => !packed.some((file) => file === target || file.startsWith(`${target}/`)))
        .map((target) => `${page}: ${target}`);
    });
    expect(pages).toContain('README.md');
    expect(dead).toEqual([]);
  });

  it('is imported by its names, and nothing below them', async () => {
    const script = `
      const names = async (name) => Object.keys(await import(name));
      const missing = (await import('faultline/harness/cli/main.js').catch((error) => error)).code;
      console.log(JSON.stringify([await names('faultline'), await names('faultline/checkers'), await names('faultline/generators'), missing]));`;
    const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', script], { cwd: consumer });
    const [root, checkers, generators, missing] = JSON.parse(stdout) as [string[], string[], string[], string];
    expect(root).toEqual(
      expect.arrayContaining([
        'defineService',
        'defineTarget',
        'defineWorkload',
        'defineCampaign',
        'runTarget',
        'perKey',
      ]),
    );
    expect(checkers).toEqual(expect.arrayContaining(['runCheck', 'checkLinearizable', 'guarantees']));
    expect(generators).toEqual(expect.arrayContaining(['mix', 'rate']));
    expect(missing).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it.each(['kv-store', 'kv-store-docker'])('types the example %s', async (example) => {
    const { stdout, exitCode } = await execa(process.execPath, ['../node_modules/typescript/bin/tsc', '-p', '.'], {
      cwd: path.join(consumer, example),
      reject: false,
    });
    expect(stdout).toBe('');
    expect(exitCode).toBe(0);
  });

  it('types a client of a compose file', async () => {
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
      '--skipLibCheck',
    ];
    const { stdout } = await execa(
      process.execPath,
      ['node_modules/typescript/bin/tsc', ...options, 'etcd-compose/client.ts'],
      {
        cwd: consumer,
        reject: false,
      },
    );
    expect(stdout).toBe('');
  });
});

describe("the example's own test", () => {
  const runTest = async (bug: string): Promise<{ readonly exitCode: number | undefined; readonly output: string }> => {
    const { exitCode, all } = await execa(process.execPath, ['../node_modules/vitest/vitest.mjs', 'run'], {
      cwd: path.join(consumer, 'kv-store'),
      env: { KV_BUG: bug, NO_COLOR: '1', FORCE_COLOR: '0' },
      // A test inside a test: it must not take itself for a part of this one.
      extendEnv: true,
      reject: false,
      all: true,
      timeout: 150_000,
    });
    return { exitCode, output: all };
  };

  // On a machine that is busy with other things a run may have too little to judge: doubt fails, rightly.
  it('passes when the service is right', { timeout: 180_000, retry: 2 }, async () => {
    const { exitCode, output } = await runTest('');
    expect(exitCode, output).toBe(0);
  });

  it('fails with the evidence when the service is broken on purpose', { timeout: 180_000 }, async () => {
    const { exitCode, output } = await runTest('stale-reads');
    expect(exitCode, output).toBe(1);
    expect(output).toContain(
      'expected kv-store (kv, process, 3 nodes) to be linearizable, but the run shows otherwise',
    );
    expect(output).toMatch(/not-linearizable: .*read/);
    expect(output).toMatch(/anomalies: not-linearizable \(\d+\)/);
    expect(output).toContain('seed: 44');
    expect(output).toMatch(/report: .*report\.html/);
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { faultline } from './testing/run-faultline.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'faultline-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('faultline init', () => {
  it('writes a skeleton and says what to do next, and never writes over anything', async () => {
    const directory = path.join(folder, 'new', 'service');
    const { exitCode, stdout } = await faultline('init', directory);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`cd ${directory}`);
    expect(readdirSync(directory)).toEqual(
      expect.arrayContaining([
        'target.ts',
        'workload.ts',
        'kv-store.test.ts',
        'campaign.yaml',
        'server.mjs',
        'README.md',
      ]),
    );
    const { devDependencies } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(devDependencies['faultline']).toMatch(/^(file:\.\.|\^\d)/);
    writeFileSync(path.join(directory, 'target.ts'), 'mine');
    const again = await faultline('init', directory);
    expect(again.exitCode).toBe(254);
    expect(again.stderr).toMatch(/^faultline: .* is there already, and init overwrites nothing\n$/);
    expect(readFileSync(path.join(directory, 'target.ts'), 'utf8')).toBe('mine');
  });

  it('knows its templates', async () => {
    for (const [template, file] of [
      ['docker', 'target.ts'],
      ['compose', 'docker-compose.yml'],
    ] as const) {
      const directory = path.join(folder, template);
      expect((await faultline('init', directory, '--template', template)).exitCode).toBe(0);
      expect(readdirSync(directory)).toContain(file);
    }
    expect(readFileSync(path.join(folder, 'docker', 'target.ts'), 'utf8')).toContain('dockerfile:');
    const { exitCode, stderr } = await faultline('init', path.join(folder, 'x'), '--template', 'rust');
    expect(exitCode).toBe(254);
    expect(stderr).toBe('faultline: unknown template "rust"; expected one of process, docker, compose\n');
    expect((await faultline('init', '/dev/null/x')).stderr).toMatch(/^faultline: \/dev\/null\/x cannot be written to/);
  });
});

describe('faultline run --compose', () => {
  const file = (text: string): string => {
    const written = path.join(folder, 'compose.yml');
    writeFileSync(written, text);
    return written;
  };
  const client = path.join(folder, 'client.ts');
  const refused = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stderr } = await faultline('run', ...args);
    expect(exitCode).toBe(254);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    return stderr;
  };

  it('refuses what cannot be, in one line', async () => {
    writeFileSync(
      client,
      `export const client = { offers: { register: ['read', 'write'] }, openClient: async () => {} };`,
    );
    const services = 'services:\n  a:\n    image: i\n';
    expect(await refused('--compose', 'x.yml')).toContain('--compose needs --client MODULE');
    expect(await refused('--client', client)).toContain('--client goes with --compose');
    const both = ['--compose', file(services), '--client', client];
    expect(await refused('raft', ...both)).toContain('--compose takes the place of a target, got raft as well');
    expect(await refused(...both)).toContain(
      'service a exposes no port: say expose in the file, or port in the client',
    );
    expect(await refused('--compose', file(`${services}    restart: always\n`), '--client', client)).toMatch(
      /compose\.yml:4:5: restart is not supported/,
    );
    expect(await refused('--compose', '/nowhere.yml', '--client', client)).toContain('the compose file cannot be read');
    writeFileSync(client, 'export const client = { offers: {} };');
    expect(await refused(...both)).toMatch(/client\.openClient: expected a function; see docs\/own-service\.md/);
  });
});

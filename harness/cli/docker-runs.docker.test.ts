import { rmSync } from 'node:fs';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { dockerEngineAvailable } from '../environments/testing/docker-engine-available.ts';
import { faultline, temporaryStore } from './testing/run-faultline.ts';

const store = temporaryStore();
afterAll(() => rmSync(store, { recursive: true, force: true }));

interface Document {
  readonly verdict: string;
  readonly counts: Readonly<Record<string, { readonly ok: number }>>;
  readonly faults: readonly { readonly name: string; readonly effect: string; readonly healed: boolean }[];
  readonly checks: readonly {
    readonly name: string;
    readonly verdict: string;
    readonly findings: readonly { readonly anomaly: string }[];
  }[];
}

function inDocker(target: string, ...options: readonly string[]): readonly string[] {
  return ['run', target, '--env', 'docker', '--nodes', '3', '--seed', '1', '--store', store, ...options];
}

async function labelled(): Promise<string> {
  const containers = await execa('docker', ['ps', '-aq', '--filter', 'label=faultline']);
  const networks = await execa('docker', ['network', 'ls', '-q', '--filter', 'label=faultline']);
  return containers.stdout + networks.stdout;
}

describe.skipIf(!(await dockerEngineAvailable()))('runs on real clusters', () => {
  it('etcd keeps its promise under partitions, kills and skewed clocks, and nothing is left behind', async () => {
    const before = await labelled();
    const { exitCode, stdout, stderr } = await faultline(
      ...inDocker('etcd', '--faults', 'partition,kill,clock', '--time-limit', '25', '--json'),
    );
    expect(exitCode, stderr).toBe(0);
    const run = JSON.parse(stdout) as Document;
    expect(run.verdict).toBe('valid');
    expect(Object.values(run.counts).reduce((sum, { ok }) => sum + ok, 0)).toBeGreaterThan(500);
    for (const kind of ['partition', 'kill', 'clock']) {
      expect(run.faults.some(({ name, effect }) => name === kind && effect === 'effective')).toBe(true);
    }
    expect(run.faults.every(({ healed }) => healed)).toBe(true);
    expect(await labelled()).toBe(before);
  });

  it('redis loses acknowledged elements when its primary is isolated', async () => {
    const { exitCode, stdout, stderr } = await faultline(
      ...inDocker('redis', '--workload', 'set', '--faults', 'partition', '--time-limit', '60', '--json'),
    );
    expect(exitCode, stderr).toBe(1);
    const run = JSON.parse(stdout) as Document;
    const set = run.checks.find(({ name }) => name === 'set');
    expect(set?.verdict).toBe('invalid');
    expect(set?.findings.some(({ anomaly }) => anomaly === 'lost')).toBe(true);
  });

  it('an image that does not start is one line, its last log lines, and 254', async () => {
    const before = await labelled();
    const { exitCode, stdout, stderr } = await faultline(...inDocker('etcd', '--image', 'debian:bookworm-slim'));
    expect({ exitCode, stdout }).toEqual({ exitCode: 254, stdout: '' });
    expect(stderr).toContain('etcd');
    expect(await labelled()).toBe(before);
  });
});

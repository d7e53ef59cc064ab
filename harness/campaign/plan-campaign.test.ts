import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HarnessError } from '../kernel/harness-error.ts';
import { planCampaign, type CampaignLookup, type CampaignPlan } from './plan-campaign.ts';
import { readCampaignFile, withPlaces } from './read-campaign-file.ts';
import { runsOfShard } from './shard.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'faultline-campaign-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Knows `raft` (sim) and `redis` (docker), both with every workload but `bank`, and no clocks in docker. */
const LOOKUP: CampaignLookup = {
  async target(name) {
    if (name !== 'raft' && name !== 'redis') throw new HarnessError('usage', `unknown target "${name}"`);
    return name === 'raft' ? 'sim' : 'docker';
  },
  async workload(name) {
    if (!['register', 'set', 'bank'].includes(name)) throw new HarnessError('usage', `unknown workload "${name}"`);
  },
  async run({ target, workload, faults, parameters }) {
    const environment = target.environment ?? (target.name === 'raft' ? 'sim' : 'docker');
    if (workload === 'bank') throw new HarnessError('usage', `${target.name} does not offer workload bank`);
    if (parameters['nodes'] === 9) throw new HarnessError('usage', `${target.name} runs on 1 to 7 nodes`);
    if (environment === 'docker' && faults !== 'all' && faults.includes('clock')) {
      throw new HarnessError('usage', 'fault clock is not available here');
    }
    return { environment, faults: faults === 'all' ? ['partition', 'kill'] : faults, notes: [] };
  },
};

let files = 0;

async function plan(text: string): Promise<CampaignPlan> {
  const file = path.join(directory, `${files++}.yaml`);
  writeFileSync(file, text);
  const source = await readCampaignFile(file, () => Promise.reject(new Error('not a module')));
  return await withPlaces(source, () => planCampaign(source.value, LOOKUP));
}

async function refusal(text: string): Promise<string> {
  const error: unknown = await plan(text).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HarnessError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(error.code).toBe('usage');
  expect(error.message).not.toContain('\n');
  return error.message.replace(/^.*\/\d+\.yaml/, '');
}

describe('planCampaign', () => {
  it('multiplies all axes, seeds outermost, and leaves out what is excluded', async () => {
    const { runs } = await plan(`
name: matrix
targets: [raft, { name: redis, variant: safe, nodes: 3 }]
workloads: [register, set]
faults: [none, [kill, partition], { name: everything, kinds: all }]
seeds: 7..8
parameters: { rate: [50, 100], nodes: 5 }
exclude:
  - { target: redis, workload: register }
  - { faults: none, parameters: { rate: 100 } }
`);
    // 2 targets x 2 workloads x 3 packages x 2 rates x 2 seeds = 48; redis register is 12 of them, none at 100 is 6 others.
    expect(runs).toHaveLength(48 - 12 - 6);
    const order = runs.map(({ seed }) => seed);
    expect(order).toEqual(order.toSorted());
    expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
    expect(runs.at(-1)).toEqual({
      id: runs.at(-1)?.id,
      target: 'redis',
      variant: 'safe',
      workload: 'set',
      environment: 'docker',
      faultPackage: 'everything',
      faults: ['partition', 'kill'],
      seed: '8',
      parameters: { rate: 100, nodes: 3 },
    });
    expect(runs.some((run) => run.faultPackage === 'partition+kill')).toBe(true);
  });

  it('gives the same plan for the same meaning, and another for another one', async () => {
    const one = await plan('name: a\ntargets: [raft]\nseeds: 2\nparameters: { rate: 10, keys: 2 }\n');
    const same = await plan('parameters: { keys: 2, rate: 10 }\nseeds: [1, 2]\nname: a\ntargets: [{ name: raft }]\n');
    const other = await plan('name: a\ntargets: [raft]\nseeds: 3\nparameters: { rate: 10, keys: 2 }\n');
    expect(same.hash).toBe(one.hash);
    expect(same.runs).toEqual(one.runs);
    expect(other.hash).not.toBe(one.hash);
  });

  it('deals every kind of run out to all shards, and every run to exactly one', async () => {
    const { runs } = await plan(
      'name: a\ntargets: [raft, redis]\nworkloads: [register, set]\nfaults: [none, all]\nseeds: 9\n',
    );
    for (const of of [1, 2, 3, 5]) {
      const shards = Array.from({ length: of }, (_, at) => runsOfShard(runs, { index: at + 1, of }));
      expect(
        shards
          .flat()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(runs.map(({ id }) => id).toSorted());
      const docker = shards.map((shard) => shard.filter(({ environment }) => environment === 'docker').length);
      expect(Math.max(...docker) - Math.min(...docker)).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    ['name: x\ntargets: [raft]\nsedes: 3\n', ':3:1: unknown key "sedes" in the campaign; did you mean seeds?'],
    [
      'name: x\ntargets: [{ name: redis, varient: safe }]\n',
      ':2:26: unknown key "varient" in targets[0]; did you mean variant?',
    ],
    [
      'name: x\ntargets: [raft]\nparameters: { timelimit: 3 }\n',
      ':3:15: unknown key "timelimit" in parameters; did you mean time-limit?',
    ],
    ['name: x\ntargets: [raft]\nname: y\n', ':3:1: Map keys must be unique'],
    ['name: x\ntargets: []\n', ':2:10: targets is []: expected at least 1 entries'],
    ['targets: [raft]\n', ':1:1: name is missing'],
    ['name: x\n', ':1:1: targets is missing'],
    ['', ':1:1: the campaign expects a mapping, got null'],
    ['- a\n', ':1:1: the campaign expects a mapping, got ["a"]'],
    [
      'name: ../../x\ntargets: [raft]\n',
      ':1:7: name: expected letters, digits, dots, dashes and underscores, at most 80, got "../../x"',
    ],
    ['name: x\ntargets: [raff]\n', ':2:11: unknown target "raff"'],
    ['name: x\ntargets: [raft]\nworkloads: [register, sett]\n', ':3:23: unknown workload "sett"'],
    ['name: x\ntargets: [raft]\nworkloads: [bank]\n', ':2:11: raft does not offer workload bank'],
    ['name: x\ntargets: [raft]\nfaults: [partitoin]\n', ':3:10: unknown fault "partitoin"; did you mean partition?'],
    [
      'name: x\ntargets: [raft]\nfaults: [[kill, parttion]]\n',
      ':3:17: unknown faults[0][1] "parttion"; did you mean partition?',
    ],
    ['name: x\ntargets: [redis]\nfaults: [none, clock]\n', ':3:16: fault clock is not available here'],
    ['name: x\ntargets: [raft]\nparameters:\n  nodes: [3, 9]\n', ':4:3: raft runs on 1 to 7 nodes'],
    ['name: x\ntargets: [raft]\nseeds: 20..1\n', ':3:8: seeds: expected a range that goes up, got 20..1'],
    ['name: x\ntargets: [raft]\nseeds: many\n', ':3:8: seeds: expected a range like 1..20, got "many"'],
    [
      'name: x\ntargets: [raft]\nseeds: [1, 1]\n',
      ':1:1: the same run is planned twice: raft, register, all, seed 1; say each value once',
    ],
    ['name: x\ntargets: [raft]\nexclude: [{ target: raft }]\n', ':1:1: the matrix is empty: exclude leaves no run'],
    ['name: x\ntargets: [raft]\nexclude: [{ seed: 9 }]\n', ':3:11: this exclusion matches no run'],
    ['name: x\ntargets: [raft]\nexclude: [{ target: redis }]\n', ':3:21: unknown target "redis"; expected one of raft'],
    [
      'name: x\ntargets: [raft]\nseeds: 100000\nparameters: { rate: [1, 2] }\n',
      ':1:1: the matrix has 200000 runs (1 x 1 x 1 x 100000 x 2), expected at most 100000',
    ],
    ['name: x\ntargets: [raft]\nparallel: 0\n', ':3:11: parallel is 0: expected at least 1'],
    [
      'name: x\ntargets: [raft]\nexpectations:\n  - { promise: linearizable }\n',
      ':4:7: unknown key "promise" in expectations[0]; did you mean promises?',
    ],
    [
      'name: x\ntargets: [raft]\nexpectations:\n  - { promises: linearisable }\n',
      ':4:17: unknown promises "linearisable"; did you mean linearizable?',
    ],
    [
      'name: x\ntargets: [raft]\nexpectations:\n  - { target: raft, variant: safe, shows: lost }\n',
      ':4:5: this expectation is about raft safe, which matches no run',
    ],
    [
      'name: x\ntargets: [raft]\nexpectations:\n  - { shows: losst }\n',
      ':4:14: unknown anomaly "losst"; did you mean lost?',
    ],
    [
      'name: x\ntargets: [raft]\nexpectations:\n  - { promises: linearizable }\n  - { target: raft, shows: not-linearizable }\n',
      ':5:5: "raft shows not-linearizable" contradicts "all runs keeps linearizable"',
    ],
    [
      'name: x\ntargets: [raft]\nexpectations:\n  - { promises: convergent, keepsAcknowledged: true }\n  - { shows: lost }\n',
      ':5:5: "all runs shows lost" contradicts "all runs keeps convergent and every acknowledged write"',
    ],
    [
      'name: x\ntargets: [raft]\nfaults: [none, all]\nseeds: 2\nexpectations:\n  - { faults: none, promises: linearizable }\n  - { shows: stale-read, atLeast: 3 }\n',
      ':7:5: "all runs shows stale-read" contradicts "under none keeps linearizable", which leaves 2 of 3 runs',
    ],
    [
      'name: x\ntargets: [raft]\nexpectations:\n  - { promises: causal }\n  - { promises: convergent }\n',
      ':5:5: "all runs keeps convergent" contradicts "all runs keeps causal", which is about the same runs',
    ],
    [
      'name: x\ntargets: [raft]\nexpectations:\n  - { shows: lost }\n  - { shows: lost }\n',
      ':5:5: "all runs shows lost" is stated twice',
    ],
    [
      'name: x\ntargets: [raft]\nseeds: 2\nexpectations:\n  - { shows: lost, atLeast: 3 }\n',
      ':5:5: "all runs shows lost" asks for 3 runs, but it is about 2 only',
    ],
    [
      'a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c]\n',
      ': Excessive alias count indicates a resource exhaustion attack',
    ],
    ['name: [unclosed\n', ':2:1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ])('refuses %j with one line and its place', async (text, message) => {
    expect(await refusal(text)).toBe(message);
  });

  it('accepts violations that some runs are free to show', async () => {
    const { expectations } = await plan(`
name: x
targets: [raft, redis]
faults: [none, all]
seeds: 2
expectations:
  - { faults: none, promises: linearizable, keepsAcknowledged: true }
  - { target: raft, promises: sequential }
  - { target: redis, variant: default, shows: lost, atLeast: 2 }
`);
    expect(expectations).toEqual([
      { kind: 'promise', where: { faultPackage: 'none' }, level: 'linearizable', keepsAcknowledged: true },
      { kind: 'promise', where: { target: 'raft' }, level: 'sequential', keepsAcknowledged: false },
      { kind: 'violation', where: { target: 'redis', variant: 'default' }, anomaly: 'lost', atLeast: 2 },
    ]);
  });

  it('refuses what is no campaign file', async () => {
    const load = (): Promise<never> => Promise.reject(new Error('not a module'));
    await expect(readCampaignFile(directory, load)).rejects.toThrow(/expected a campaign file, got something else/);
    await expect(readCampaignFile('/dev/zero', load)).rejects.toThrow(/expected a campaign file, got something else/);
    await expect(readCampaignFile(path.join(directory, 'none.yaml'), load)).rejects.toThrow(/no such file/);
    writeFileSync(path.join(directory, 'notes.txt'), 'x');
    await expect(readCampaignFile(path.join(directory, 'notes.txt'), load)).rejects.toThrow(
      /expected a campaign file \(/,
    );
  });
});

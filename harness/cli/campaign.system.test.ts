import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { campaignJsonSchema } from '../campaign/campaign-schema.ts';
import { readCampaignRecord } from '../campaign/campaign-folder.ts';
import { mergeCampaigns } from '../campaign/merge-campaigns.ts';
import { runsOfShard } from '../campaign/shard.ts';
import { renderCampaign } from '../../reports/index.ts';
import type { CampaignRecord, CampaignRunResult } from '../store/campaign-record.ts';
import { FAULTLINE, faultline, startFaultline, temporaryStore } from './testing/run-faultline.ts';

const store = temporaryStore();
afterAll(() => rmSync(store, { recursive: true, force: true }));

const FILE = path.join(store, 'short.yaml');
writeFileSync(
  FILE,
  `name: short
targets: [raft, gossip]
faults: [partition]
seeds: 2
parameters: { time-limit: 2 }
parallel: 1
expectations:
  - { target: gossip, shows: not-linearizable }
`,
);

const FOLDER = path.join(store, 'campaigns', 'short', 'latest');

function results(folder: string): readonly CampaignRunResult[] {
  const file = path.join(folder, 'results.jsonl');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as CampaignRunResult);
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1200 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(condition()).toBe(true);
}

/** Processes whose command line holds this text. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

describe('faultline campaign', () => {
  it('goes on after kill -9 without repeating a finished run, and leaves no process behind', async () => {
    const mark = `FAULTLINE_TEST_MARK=${process.pid}-kill`;
    const [name = '', value = ''] = mark.split('=');
    const killed = execa(process.execPath, [FAULTLINE, 'campaign', FILE, '--store', store], {
      reject: false,
      stdin: 'ignore',
      timeout: 120_000,
      env: { [name]: value },
    });
    await until(() => results(FOLDER).length >= 1);
    killed.kill('SIGKILL');
    await killed;
    await until(() => processesWith(mark).length === 0);
    const before = results(FOLDER);
    expect(before.length).toBeLessThan(4);
    // As if it had been killed in the middle of a line.
    writeFileSync(path.join(FOLDER, 'results.jsonl'), '{"run":{"id":"', { flag: 'a' });

    const resumed = await faultline('campaign', FILE, '--store', store, '--resume', '--json');
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    const after = results(FOLDER);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after).toHaveLength(4);
    expect(new Set(after.map(({ run }) => run.id)).size).toBe(4);
    const document = JSON.parse(resumed.stdout) as Partial<CampaignRecord>;
    expect(document.stopped).toBeUndefined();
    expect(document.groups).toMatchObject([
      { signature: 'gossip register: not-linearizable under partition', outcome: 'invalid' },
    ]);
    expect(document.groups?.[0]?.runs).toHaveLength(2);
    expect(document.expectations).toMatchObject([{ outcome: 'met' }]);
    for (const { folder = '' } of after) expect(existsSync(path.join(FOLDER, folder, 'report.html'))).toBe(true);
    expect(readFileSync(path.join(FOLDER, 'campaign.html'), 'utf8')).toContain('not-linearizable under partition');
    expect(existsSync(path.join(FOLDER, 'lock'))).toBe(false);

    const again = await faultline('campaign', FILE, '--store', store, '--resume', '--json');
    expect(again.exitCode, again.stderr).toBe(0);
    expect(results(FOLDER)).toEqual(after);
    expect((await faultline('list', '--store', store)).exitCode).toBe(0);
  }, 180_000);

  it('refuses to go on with another plan, another shard, or what somebody else is at', async () => {
    const other = path.join(store, 'other.yaml');
    writeFileSync(other, readFileSync(FILE, 'utf8').replace('seeds: 2', 'seeds: 3'));
    const changed = await faultline('campaign', other, '--store', store, '--resume');
    expect(changed).toMatchObject({ exitCode: 254 });
    expect(changed.stderr).toMatch(/^faultline: the campaign file has changed since .*\n$/);
    const shard = await faultline('campaign', FILE, '--store', store, '--resume', '--shard', '1/2');
    expect(shard.stderr).toMatch(/is a whole campaign, asked was shard 1\/2\n$/);
    const { formatIdentity, processIdentity } = await import('../agent/process-identity.ts');
    const own = processIdentity(process.pid);
    if (own !== undefined) writeFileSync(path.join(FOLDER, 'lock'), formatIdentity(own));
    const locked = await faultline('campaign', FILE, '--store', store, '--resume');
    rmSync(path.join(FOLDER, 'lock'), { force: true });
    expect(locked.stderr).toContain(`process ${process.pid} is running the campaign`);
    const none = await faultline('campaign', FILE, '--store', path.join(store, 'nowhere'), '--resume');
    expect(none.stderr).toMatch(/^faultline: no campaign short to resume in .*\n$/);
    expect(existsSync(path.join(store, 'nowhere'))).toBe(false);
  });

  it('refuses what cannot be, in one line, and leaves nothing', async () => {
    const own = path.join(store, 'refused');
    const bad = path.join(store, 'bad.yaml');
    writeFileSync(bad, 'name: bad\ntargets: [raft, redis]\nmutants: []\n');
    const variant = path.join(store, 'variant.yaml');
    writeFileSync(variant, 'name: bad\ntargets:\n  - { name: redis, variant: saef }\n');
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[bad], `${bad}:3:1: unknown key "mutants"`],
      [[variant], `${variant}:3:5: unknown variant "saef" of redis; expected one of safe`],
      [[path.join(store, 'none.yaml')], 'no such file'],
      [[store], 'expected a campaign file'],
      [[FILE, '--shard', '3/2'], '--shard expects i/n'],
      [[], 'expected a campaign file: faultline campaign FILE'],
    ];
    for (const [args, message] of cases) {
      const { exitCode, stderr, stdout } = await faultline('campaign', ...args, '--store', own);
      expect({ exitCode, stdout }).toEqual({ exitCode: 254, stdout: '' });
      expect(stderr).toContain(message);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
    expect(existsSync(own)).toBe(false);
  });

  it('ends in order when interrupted, without a result of what was going on', async () => {
    const own = temporaryStore();
    const long = path.join(own, 'long.yaml');
    writeFileSync(long, 'name: long\ntargets: [raft]\nfaults: [none]\nseeds: 3\nparameters: { time-limit: 100000 }\n');
    const running = startFaultline('campaign', long, '--store', own, '--json');
    const folder = path.join(own, 'campaigns', 'long', 'latest');
    await until(() => existsSync(path.join(folder, 'runs', 'latest', 'history.fl')));
    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ stopped: 'interrupted', results: [], plannedRuns: 3 });
    rmSync(own, { recursive: true, force: true });
  }, 180_000);

  it('merges shards to the record and the page of one campaign, and refuses what is not all of it', async () => {
    const whole = readCampaignRecord(FOLDER);
    const parts = path.join(store, 'parts');
    const [one, two] = [1, 2].map((index) => {
      const shard = { index, of: 2 };
      const ids = new Set(runsOfShard(whole.planned, shard).map(({ id }) => id));
      const record = { ...whole, shard, results: whole.results.filter(({ run }) => ids.has(run.id)) };
      const directory = path.join(parts, String(index));
      mkdirSync(directory, { recursive: true });
      writeFileSync(path.join(directory, 'campaign.json'), JSON.stringify(record));
      return { directory, record };
    });
    if (one === undefined || two === undefined) throw new Error('two shards were made');
    expect(one.record.results.length + two.record.results.length).toBe(whole.results.length);
    const out = path.join(parts, 'out');
    const merged = await faultline('merge', one.directory, two.directory, '--out', out, '--json');
    expect(merged.exitCode, merged.stderr).toBe(0);
    const record = { ...readCampaignRecord(out), elapsedMs: whole.elapsedMs };
    expect(record).toEqual(whole);
    expect(renderCampaign(record, { live: false })).toBe(renderCampaign(whole, { live: false }));

    expect((await faultline('merge', one.directory, '--out', out)).stderr).toContain('missing shard 2/2');
    expect(() => mergeCampaigns([one, { ...one, directory: 'copy' }])).toThrow(/shard 1\/2 is given twice/);
    const other = { ...two, record: { ...two.record, planHash: 'other' } };
    expect(() => mergeCampaigns([one, other])).toThrow(/are of different campaigns/);
    const overlapping = { ...two, record: { ...two.record, results: one.record.results } };
    expect(() => mergeCampaigns([one, overlapping])).toThrow(/both hold run/);
    expect(() => mergeCampaigns([{ directory: 'd', record: whole }])).toThrow(/is a whole campaign/);
    expect((await faultline('merge', one.directory, two.directory, '--out', out)).stderr).toContain('is not empty');
    const hostile = { ...one.record, results: one.record.results.map((result) => ({ ...result, folder: '../../..' })) };
    writeFileSync(path.join(one.directory, 'campaign.json'), JSON.stringify(hostile));
    const refused = await faultline('merge', one.directory, two.directory, '--out', path.join(parts, 'hostile'));
    expect(refused).toMatchObject({ exitCode: 254 });
    expect(refused.stderr).toContain('names a run outside of it');
    expect(existsSync(path.join(parts, 'hostile'))).toBe(false);
  });

  it('publishes the schema of its files', async () => {
    const text = readFileSync(new URL('../../docs/campaign.schema.json', import.meta.url), 'utf8');
    const published: unknown = JSON.parse(text);
    expect(published, 'faultline campaign --print-schema > docs/campaign.schema.json').toEqual(
      JSON.parse(campaignJsonSchema()),
    );
    expect(JSON.parse((await faultline('campaign', '--print-schema')).stdout)).toEqual(published);
  });
});

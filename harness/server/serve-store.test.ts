import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syntheticCampaign } from '../../reports/testing/synthetic-campaign.ts';
import type { LiveRun } from '../store/live-run.ts';
import { runFolder } from '../store/run-folder.ts';
import type { RunRecord } from '../store/run-record.ts';
import { serveStore, type StoreServer } from './serve-store.ts';
import { addRecords, addRun, emptyStore } from './testing/synthetic-store.ts';

const HOSTILE = `</script><img src=x onerror="hacked=1">'\u202e\u001b[31m`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Asks with the path exactly as given: `fetch` would tidy it up. */
async function ask(server: StoreServer, at: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const headers = { Host: options.host ?? `127.0.0.1:${server.port}` };
    const asked = request({ host: '127.0.0.1', port: server.port, path: at, method: options.method ?? 'GET', headers });
    asked.on('error', reject);
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.end();
  });
}

describe('serving a store', () => {
  const store = emptyStore();
  const outside = emptyStore();
  let server: StoreServer;

  beforeAll(async () => {
    addRecords(store, 30);
    addRun(store, 'raft-register-sim/20261122T100000-a', { operations: 300, seed: 'a' });
    addRun(store, 'raft-register-sim/20261122T110000-b', { operations: 300, seed: 'b' });
    addRun(store, 'gossip-register-sim/20261122T120000-c', { operations: 300, system: 'eventual' });
    addRun(store, 'raft-register-sim/20261122T130000-live', { operations: 300, stage: 'running' });
    addRun(store, 'evil/20261122T140000-h', {
      operations: 20,
      change: (record) => ({
        ...record,
        request: { ...record.request, target: HOSTILE, workload: HOSTILE, seed: HOSTILE },
        verdict: 'unknown',
        reasons: [HOSTILE],
        startedAt: HOSTILE,
        rerun: { symbolic: HOSTILE, exact: HOSTILE },
      }),
    });
    const campaign = path.join(store, 'campaigns/nightly/20261122T020000-3f1c');
    mkdirSync(campaign, { recursive: true });
    writeFileSync(path.join(campaign, 'campaign.json'), JSON.stringify(syntheticCampaign()));
    const broken = path.join(store, 'campaigns/broken/20261122T030000-0000');
    mkdirSync(broken, { recursive: true });
    writeFileSync(path.join(broken, 'campaign.json'), '{"version":99}');
    const damaged = path.join(store, 'campaigns/damaged/20261122T030000-0001');
    mkdirSync(damaged, { recursive: true });
    writeFileSync(path.join(damaged, 'campaign.json'), '{"version":1,"planned":[null]}');
    writeFileSync(path.join(outside, 'secret.txt'), 'secret');
    writeFileSync(path.join(store, '.hidden.txt'), 'secret');
    symlinkSync(path.join(outside, 'secret.txt'), path.join(store, 'raft-register-sim', 'link.txt'));
    symlinkSync(outside, path.join(store, 'away'));
    symlinkSync('20261122T110000-b', path.join(store, 'raft-register-sim', 'latest'));
    server = await serveStore(store, 0);
  }, 60_000);
  afterAll(async () => {
    await server.close();
    for (const folder of [store, outside]) rmSync(folder, { recursive: true, force: true });
  });

  it('lists, searches, filters, sorts and pages', async () => {
    const all = await ask(server, '/');
    expect(all.status).toBe(200);
    expect(all.text).toContain('35 runs');
    expect((await ask(server, '/?target=gossip&verdict=invalid')).text).toContain('of 35 runs');
    expect((await ask(server, '/?q=raft%2020261122T11')).text).toContain('1 of 35 runs');
    expect((await ask(server, '/?fault=clock&environment=docker&workload=set')).text).toMatch(/[1-9]\d* of 35 runs/);
    const seeds = async (order: string): Promise<readonly number[]> =>
      [...(await ask(server, `/?sort=seed&environment=docker${order}`)).text.matchAll(/<code>(\d+)<\/code>/g)].map(
        ([, seed]) => Number(seed),
      );
    expect(await seeds('&order=up')).toEqual((await seeds('')).toReversed());
    expect((await ask(server, '/?page=99&sort=nonsense')).status).toBe(200);
  });

  it('lets nothing out that is not in the store', async () => {
    const paths = [
      '/files/../../../etc/passwd',
      '/files/%2e%2e/%2e%2e/etc/passwd',
      '/files/..%2f..%2f..%2fetc%2fpasswd',
      '/files/..%5c..%5cetc',
      '/files/%252e%252e/x',
      '/files//etc/passwd',
      '/files/raft-register-sim/link.txt',
      '/files/away/secret.txt',
      '/files/.hidden.txt',
      '/files/.index/runs.json',
      '/files/raft-register-sim%00/x',
      '/files/%ff',
      '/files/',
      '/files/raft-register-sim',
      '/run/../../etc',
      '/run/away',
      '/live/..%2f..',
      '/compare?run=../../etc&run=away',
    ];
    for (const at of paths) {
      const { status, text } = await ask(server, at);
      expect([at, status]).toEqual([at, 404]);
      expect(text).not.toMatch(/root:|secret/);
    }
  });

  it('answers this machine only, only shows, and says so to browsers', async () => {
    for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1.evil.example', '10.0.0.1']) {
      expect((await ask(server, '/', { host })).status).toBe(403);
    }
    expect((await ask(server, '/', { host: `localhost:${server.port}` })).status).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect((await ask(server, '/', { method })).status).toBe(405);
    }
    for (const at of ['/', '/trend', '/files/raft-register-sim/latest/report.html', '/nothing']) {
      const { headers } = await ask(server, at);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    }
    expect((await ask(server, '/')).headers['content-security-policy']).not.toContain('unsafe');
  });

  it('delivers files by their kind, pages into a sandbox', async () => {
    const base = '/files/raft-register-sim/latest';
    const report = await ask(server, `${base}/report.html`);
    expect(report.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' });
    expect(report.headers['content-security-policy']).toContain('sandbox allow-scripts;');
    expect(report.text).toBe(readFileSync(runFolder(path.join(store, 'raft-register-sim/latest')).reportFile, 'utf8'));
    expect((await ask(server, `${base}/history.fl`)).headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
    });
    expect((await ask(server, `${base}/logs/n1.log`)).headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it('escapes whatever runs say', async () => {
    for (const at of [
      '/',
      '/trend',
      '/trend?by=day',
      '/run/evil/20261122T140000-h',
      `/?q=${encodeURIComponent(HOSTILE)}&target=${encodeURIComponent(HOSTILE)}`,
    ]) {
      const { status, text } = await ask(server, at);
      expect(status).toBe(200);
      const body = text.slice(text.indexOf('<body>'), text.lastIndexOf('<script>'));
      expect(['<img', '</script', '\u202e', '\u001b'].filter((part) => body.includes(part))).toEqual([]);
      expect(body).toContain('⟨U+202E⟩␛[31m');
    }
  });

  it('shows trends, campaigns and a comparison made from the stored histories', async () => {
    const trend = (await ask(server, '/trend?target=raft')).text;
    expect(trend).toContain('All valid.');
    expect(trend).not.toContain('gossip <span');
    const campaigns = (await ask(server, '/campaigns')).text;
    expect(campaigns).toContain('2 of 4 expectations not met.');
    expect(campaigns).toContain('it was written by another version');
    expect(campaigns).toContain('is damaged: it does not hold a campaign record');
    const noPlan = path.join(store, 'noplan/20261122T150000-p');
    mkdirSync(noPlan, { recursive: true });
    writeFileSync(path.join(noPlan, 'plan.json'), '{}');
    for (const at of ['/run/', '/live/']) {
      const answer = await ask(server, `${at}noplan/20261122T150000-p`);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('is damaged: expected the plan of a run');
    }
    rmSync(path.dirname(noPlan), { recursive: true });
    const page = await ask(server, '/files/campaigns/nightly/20261122T020000-3f1c/campaign.html');
    expect(page.text).toContain('1 of 4 expectations is broken.');
    const pair = await ask(
      server,
      '/compare?run=raft-register-sim/20261122T100000-a&run=raft-register-sim/20261122T110000-b',
    );
    expect(pair.text).toContain('<title>raft #1 and raft #2 compared</title>');
    expect((await ask(server, '/compare?run=raft-register-sim/latest')).status).toBe(400);
    const without = await ask(
      server,
      '/compare?run=raft-register-sim/latest&run=raft-register-sim/20261122T130000-live',
    );
    expect(without.status).toBe(422);
    expect(without.text).toContain('holds no run');
  });

  it('follows a run in progress through the prefix of its history', async () => {
    const relative = 'raft-register-sim/20261122T130000-live';
    const { historyFile, planFile } = runFolder(path.join(store, relative));
    const state = async (): Promise<LiveRun> => JSON.parse((await ask(server, `/live/${relative}`)).text) as LiveRun;
    expect((await ask(server, `/run/${relative}`)).text).toContain(`data-state="/live/${relative}"`);
    expect((await ask(server, '/?verdict=running')).text).toContain('1 of 35 runs');
    expect((await state()).stage).toBe('checking');
    const whole = readFileSync(historyFile);
    truncateSync(historyFile, Math.floor(whole.length / 2));
    const half = await state();
    expect(half.stage).toBe('running');
    expect(half.faults[0]).toMatchObject({ id: 'f1-partition', kind: 'partition' });
    const ok = (run: LiveRun): number => run.functions.reduce((sum, counts) => sum + counts.ok, 0);
    truncateSync(historyFile, 0);
    expect((await state()).stage).toBe('starting');
    appendFileSync(historyFile, whole.subarray(0, Math.floor(whole.length * 0.7)));
    expect(ok(await state())).toBeGreaterThan(ok(half));
    rmSync(historyFile);
    expect((await state()).stage).toBe('starting');
    for (const file of [planFile, path.join(store, relative, 'history.fl')]) {
      if (file !== planFile) writeFileSync(file, 'not a history');
      utimesSync(file, new Date(0), new Date(0));
    }
    expect((await state()).problem).toContain('is not a Faultline history file');
    expect((await state()).silentMs).toBeGreaterThan(1e9);
  });

  it('sees records that change, and keeps what it read', async () => {
    const own = emptyStore();
    addRecords(own, 3);
    const another = await serveStore(own, 0);
    try {
      expect((await ask(another, '/?verdict=valid')).text).toContain('2 of 3 runs');
      const cache = JSON.parse(readFileSync(path.join(own, '.index/runs.json'), 'utf8')) as { entries: unknown[] };
      expect(cache.entries).toHaveLength(3);
      const { resultsFile } = runFolder(path.join(own, 'raft-set-sim', '20260101T000000-0'));
      const record = JSON.parse(readFileSync(resultsFile, 'utf8')) as RunRecord;
      writeFileSync(resultsFile, JSON.stringify({ ...record, verdict: 'invalid' }));
      writeFileSync(path.join(own, '.index/runs.json'), '{"version":1,"entries":[["x",{}]]}');
    } finally {
      await another.close();
    }
    const third = await serveStore(own, 0);
    try {
      writeFileSync(runFolder(path.join(own, 'gossip-register-sim', '20260101T003000-1')).resultsFile, '{"version":1}');
      expect((await ask(third, '/?verdict=unreadable')).text).toContain('1 of 3 runs');
      expect((await ask(third, '/?verdict=invalid')).text).toContain('raft');
    } finally {
      await third.close();
      rmSync(own, { recursive: true, force: true });
    }
  });

  it('refuses a taken port, a missing store and a file in one line', async () => {
    await expect(serveStore(store, server.port)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`port ${server.port} is taken`),
    });
    await expect(serveStore(path.join(store, 'none'), 0)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('there is no store at'),
    });
    await expect(serveStore(path.join(outside, 'secret.txt'), 0)).rejects.toMatchObject({ code: 'usage' });
  });
});

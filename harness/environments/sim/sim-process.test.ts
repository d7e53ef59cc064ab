import { describe, expect, it } from 'vitest';
import { simulate, targetOf } from '../testing/one-protocol.ts';

const DO = (value: number): { readonly f: string; readonly value: number } => ({ f: 'do', value });

describe('a simulated process', () => {
  it('loses its memory and its timers in a kill, and reads its log when it starts again', async () => {
    const starts: unknown[] = [];
    const timers: string[] = [];
    const target = targetOf((host, event) => {
      if (event.kind === 'start') {
        starts.push(event.records);
        host.append({ started: starts.length });
        host.sync();
        host.setTimer(`of life ${starts.length}`, 500);
      } else if (event.kind === 'timer') timers.push(event.name);
    });
    const { driver } = await simulate(target, { nodeCount: 1 });
    await driver.sleep(100);
    await driver.inject({ id: 'k', kind: 'kill', nodes: ['n1'] });
    await driver.heal('k');
    await driver.sleep(2_000);
    expect(starts).toEqual([[], [{ started: 1 }]]);
    expect(timers).toEqual(['of life 2']);
  });

  it('holds its events while paused, takes up all of them, and keeps the order within each source', async () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const seen: number[] = [];
      const target = targetOf((host, event) => {
        if (event.kind === 'start' && host.self !== 'n3') host.setTimer('speak', 100);
        if (event.kind === 'timer')
          for (let count = 0; count < 3; count++) host.send('n3', host.self === 'n1' ? count : 10 + count);
        if (event.kind === 'message' && typeof event.message === 'number') seen.push(event.message);
      });
      // With equal latencies messages of one sender do not overtake each other.
      const settings = { latencyMinMs: 1, latencyMeanMs: 1 };
      const { driver } = await simulate(target, { nodeCount: 3, seed, settings });
      await driver.inject({ id: 'z', kind: 'pause', nodes: ['n3'] });
      await driver.sleep(500);
      expect(seen).toEqual([]);
      await driver.heal('z');
      expect(seen.filter((value) => value < 10)).toEqual([0, 1, 2]);
      expect(seen.filter((value) => value >= 10)).toEqual([10, 11, 12]);
      orders.add(seen.join());
    }
    expect(orders.size).toBeGreaterThan(5);
  });

  it('drops messages beyond what a paused process can hold', async () => {
    let seenCount = 0;
    const target = targetOf((host, event) => {
      if (event.kind === 'start' && host.self === 'n1') host.setTimer('speak', 200);
      if (event.kind === 'timer') for (let count = 0; count < 100; count++) host.send('n2', count);
      if (event.kind === 'message') seenCount++;
    });
    const { driver } = await simulate(target, { settings: { pausedInboxMax: 40 } });
    await driver.inject({ id: 'z', kind: 'pause', nodes: ['n2'] });
    await driver.sleep(1_000);
    await driver.heal('z');
    // The knock of the probe takes one place.
    expect(seenCount).toBeGreaterThanOrEqual(38);
    expect(seenCount).toBeLessThanOrEqual(40);
  });

  it('replaces a timer of the same name, and cancels', async () => {
    const fired: [string, number][] = [];
    const target = targetOf((host, event) => {
      if (event.kind === 'start') {
        host.setTimer('again', 100);
        host.setTimer('again', 300);
        host.setTimer('never', 100);
        host.cancelTimer('never');
      } else if (event.kind === 'timer') fired.push([event.name, Math.round(host.monotonicNs() / 1e6)]);
    });
    const { driver } = await simulate(target, { nodeCount: 1, settings: { bootMs: 50 } });
    await driver.sleep(1_000);
    expect(fired).toEqual([['again', 350]]);
  });

  it('dies when its protocol throws, and says so', async () => {
    const target = targetOf((host, event) => {
      if (event.kind === 'timer') throw new Error('index out of bounds');
      if (host.self === 'n2') host.setTimer('trip', 100);
    });
    const { cluster, driver } = await simulate(target);
    await driver.sleep(200);
    expect(await driver.open('n2')).toMatchObject({ error: { code: 'not-sent' } });
    const recovery = await driver.recover(500);
    expect(recovery).toMatchObject({
      recovered: false,
      reason: expect.stringContaining('n2 crashed: index out of bounds'),
    });
    expect((await cluster.logs()).get('n2')).toMatch(/process crashed: index out of bounds\n$/);
  });

  it('keeps the last lines of its log only', async () => {
    const target = targetOf((host, event) => {
      if (event.kind === 'start') for (let line = 0; line < 100; line++) host.trace('line', line);
    });
    const { cluster } = await simulate(target, { nodeCount: 1, settings: { logLinesMax: 10 } });
    const lines = ((await cluster.logs()).get('n1') ?? '').trimEnd().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toMatch(/^\(\d+ older lines were dropped\)$/);
    expect(lines.at(-1)).toBe('    0.050000 line 99');
  });

  it('reads its own wall clock, while timers go on as ever', async () => {
    const target = targetOf((host, event) => {
      if (event.kind === 'request') host.reply(event.requestId, host.wallMs());
    });
    const { driver } = await simulate(target, { settings: { clockDriftMaxPpm: 0 } });
    const read = async (node: string): Promise<number> => {
      const outcome = await driver.call(node, DO(0));
      return outcome.type === 'ok' ? Number(outcome.value) : NaN;
    };
    const before = (await read('n1')) - (await read('n2'));
    await driver.inject({ id: 'c', kind: 'clock', nodes: ['n1'], offsetMs: 60_000 });
    expect((await read('n1')) - (await read('n2')) - before - 60_000).toBeLessThanOrEqual(0);
    expect((await read('n1')) - (await read('n2')) - before - 60_000).toBeGreaterThan(-20);
  });
});

describe('a simulated client', () => {
  it('is refused by a node that is down, at once', async () => {
    const { cluster, driver } = await simulate(targetOf(() => undefined));
    await driver.inject({ id: 'k', kind: 'kill', nodes: ['n1'] });
    const startNs = cluster.time.nowNs();
    expect(await driver.open('n1')).toMatchObject({ error: { code: 'not-sent' } });
    expect(cluster.time.nowNs() - startNs).toBeLessThan(20e6);
    expect(await driver.open('n7')).toMatchObject({ error: { code: 'not-sent' } });
  });

  it('is reset when its node dies with a request open, and refuses to send more', async () => {
    const { cluster, driver } = await simulate(targetOf(() => undefined));
    const { session } = await driver.open('n1');
    if (session === undefined) throw new Error('no session');
    cluster.time.at(cluster.time.nowNs() + 50e6, () =>
      cluster.faults.inject({ id: 'k', kind: 'kill', nodes: ['n1'] }, () => undefined),
    );
    expect(await driver.start(session, DO(1), 5_000)).toMatchObject({ type: 'info', error: { code: 'reset' } });
    expect(await driver.start(session, DO(2), 5_000)).toMatchObject({ type: 'fail', error: { code: 'not-sent' } });
  });

  it('gets an answer once, and only while it listens', async () => {
    let answers = 0;
    const target = targetOf((host, event) => {
      if (event.kind !== 'request') return;
      host.reply(event.requestId, 'first');
      host.reply(event.requestId, 'second');
    });
    const { driver } = await simulate(target);
    expect(await driver.call('n1', DO(1))).toEqual({ type: 'ok', value: 'first' });
    const { session } = await driver.open('n1');
    session?.start(DO(2), 1_000, () => answers++);
    session?.close();
    await driver.sleep(100);
    expect(answers).toBe(0);
  });

  it('says `info` about an answer that it cannot read', async () => {
    const target = targetOf((host, event) => {
      if (event.kind === 'request') host.reply(event.requestId, 'gibberish');
    });
    const codec = {
      encode: () => null,
      decode: () => {
        throw new Error('what is that');
      },
    };
    const unreadable = { ...target, sim: { protocol: target.sim!.protocol, codecs: { any: codec } } };
    const { driver } = await simulate(unreadable);
    expect(await driver.call('n1', DO(1))).toMatchObject({ type: 'info', error: { code: 'unreadable' } });
  });

  it('is never cut off by a partition', async () => {
    const target = targetOf((host, event) => {
      if (event.kind === 'request') host.reply(event.requestId, host.self);
    });
    const { driver } = await simulate(target);
    await driver.inject({
      id: 'p',
      kind: 'partition',
      cut: [
        { from: 'n1', to: 'n2' },
        { from: 'n2', to: 'n1' },
      ],
    });
    expect(await driver.call('n1', DO(1))).toEqual({ type: 'ok', value: 'n1' });
    expect(await driver.call('n2', DO(1))).toEqual({ type: 'ok', value: 'n2' });
  });
});

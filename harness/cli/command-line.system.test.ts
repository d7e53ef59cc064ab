import { existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { faultline, startFaultline, temporaryStore } from './testing/run-faultline.ts';

const store = temporaryStore();
afterAll(() => rmSync(store, { recursive: true, force: true }));

/** A short run of a reference system; enough operations for the assumptions to hold. */
const SHORT = ['--time-limit', '8', '--store', store];

function document(stdout: string): Record<string, unknown> {
  expect(stdout.trim().split('\n')).toHaveLength(1);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('faultline run', () => {
  it('prints one JSON document, leaves a whole run folder, and repeats itself byte by byte', async () => {
    const args = ['run', 'raft', '--seed', '5', '--faults', 'partition,kill,clock', '--json', ...SHORT];
    const first = await faultline(...args);
    const second = await faultline(...args);
    expect(first.exitCode, first.stderr).toBe(0);
    const one = document(first.stdout);
    expect(one).toMatchObject({ verdict: 'valid', seed: '5', interrupted: false });
    expect(one['historyHash']).toMatch(/^[0-9a-f]{64}$/);
    expect(document(second.stdout)['historyHash']).toBe(one['historyHash']);
    expect(readdirSync(String(one['runDir'])).sort()).toEqual([
      'history.fl',
      'logs',
      'plan.json',
      'report.html',
      'results.json',
      'samples.json',
      'trace.json',
    ]);
    const kinds = new Set((one['faults'] as { name: string; effect: string }[]).map(({ name }) => name));
    expect([...kinds].sort()).toEqual(['clock', 'kill', 'partition']);
    const replayed = await faultline('run', '--replay', String(one['runDir']), '--json', '--store', store);
    expect(document(replayed.stdout)['historyHash']).toBe(one['historyHash']);
    const exact = await faultline('run', '--replay', String(one['runDir']), '--exact', '--json', '--store', store);
    expect(document(exact.stdout)).toMatchObject({ verdict: 'valid', historyHash: one['historyHash'] });
  });

  it('finds that gossip is not linearizable, and judges a weaker level when asked', async () => {
    const args = ['run', 'gossip', '--seed', '3', '--faults', 'partition', ...SHORT];
    const strict = await faultline(...args);
    expect(strict.exitCode).toBe(1);
    expect(strict.stdout).toContain('not-linearizable');
    const weak = await faultline(...args, '--level', 'convergent');
    expect(weak.exitCode, weak.stdout).toBe(0);
  });

  it('catches a planted bug in a storm that the steady plan of the same seed misses', async () => {
    const args = ['run', 'raft', '--mutant', 'deposed-leader-read', '--seed', '2', '--time-limit', '15'];
    args.push('--store', store);
    expect((await faultline(...args)).exitCode).toBe(0);
    const stormy = await faultline(...args, '--tempo', 'swarm');
    expect(stormy.exitCode, stormy.stdout).toBe(1);
    expect((await faultline(...args, '--tempo', 'allegro')).stderr).toMatch(/unknown tempo "allegro"; expected one of/);
  });

  it('ends an interrupted run healed, checked, and with 130', async () => {
    const own = temporaryStore();
    const running = startFaultline('run', 'raft', '--time-limit', '100000', '--seed', '1', '--json', '--store', own);
    const history = path.join(own, 'raft-register-sim', 'latest', 'history.fl');
    for (let tries = 0; tries < 500 && !(existsSync(history) && statSync(history).size > 50_000); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    const interrupted = document(stdout);
    expect(interrupted).toMatchObject({ interrupted: true });
    // Judged again, the run is as doubtful as it was: half a run proves nothing.
    expect((await faultline('check', String(interrupted['runDir']))).exitCode).toBe(2);
    rmSync(own, { recursive: true });
  }, 120_000);

  it('says that a run without enough operations proves nothing', async () => {
    const idle = await faultline(
      'run',
      'raft',
      '--rate',
      '1',
      '--faults',
      'none',
      '--time-limit',
      '5',
      '--store',
      store,
    );
    expect(idle.exitCode).toBe(2);
    expect(idle.stdout).toContain('assumptions');
  });
});

describe('faultline check', () => {
  it('judges a stored run again, and a cut-off history as the prefix it is', async () => {
    const ran = await faultline('run', 'gossip', '--seed', '4', '--faults', 'partition', '--json', ...SHORT);
    const runDir = String(document(ran.stdout)['runDir']);
    expect((await faultline('check', runDir)).exitCode).toBe(1);
    const cut = path.join(store, 'cut.fl');
    const whole = readFileSync(path.join(runDir, 'history.fl'));
    writeFileSync(cut, whole);
    truncateSync(cut, whole.length - 1000);
    const prefix = await faultline('check', cut, '--model', 'cas-register', '--json');
    expect(prefix.exitCode).toBe(1);
    expect(document(prefix.stdout)).toMatchObject({ verdict: 'invalid', complete: false });
    const valid = await faultline('run', 'raft', '--seed', '4', '--faults', 'none', '--json', ...SHORT);
    const validFile = path.join(String(document(valid.stdout)['runDir']), 'history.fl');
    writeFileSync(cut, readFileSync(validFile).subarray(0, -1000));
    const unknown = await faultline('check', cut, '--model', 'cas-register', '--json');
    expect(unknown.exitCode).toBe(2);
    const middle = Buffer.from(whole);
    middle.writeUInt8(middle.readUInt8(5000) ^ 0xff, 5000);
    writeFileSync(cut, middle);
    const damaged = await faultline('check', cut);
    expect(damaged).toMatchObject({ exitCode: 254, stdout: '' });
  });
});

describe('bad input', () => {
  it.each([
    [['run', 'oracle'], 'unknown target'],
    [['run', 'raft', '--workload', 'bank'], 'unknown workload'],
    [['run', 'raft', '--faults', 'meteor'], 'unknown fault'],
    [['run', 'raft', '--nodes', '0'], '--nodes'],
    [['run', 'raft', '--nodes', '2.5'], '--nodes'],
    [['run', 'raft', '--frobnicate'], 'faultline run has no option --frobnicate; see faultline run --help'],
    [['--json', 'run', 'raft'], 'options come after the command: faultline run ... --json'],
    [['run', 'raft', '--rate', 'many'], '--rate expects a number of at least 0, got "many"'],
    [['run', 'raft', '--nodes=abc'], '--nodes expects a whole number of at least 1, got "abc"'],
    [['run', 'raft', '--nodes'], '--nodes expects a value'],
    [['run', 'raft', '--time-limit', '1e308'], '--time-limit expects a number of at most 1000000, got 1e+308'],
    [['run', 'raft', '--faults', ''], '--faults expects a text, got an empty one'],
    [['run', 'raft', 'gossip'], 'unexpected "gossip"; expected faultline run [target]'],
    [['report'], 'expected <run>: faultline report <run>'],
    [['report', 'docs'], 'docs holds no run: there is no results.json in it'],
    [['check', 'docs'], 'docs holds no run: there is no history.fl in it'],
    [['run', '--replay', 'docs'], 'docs holds no run: there is no plan.json in it'],
    [['list', 'frogs'], 'WHAT expects one of runs, targets, workloads, got "frogs"'],
    [['runn'], 'unknown command "runn"; did you mean run?'],
    [['run', 'raft', '--env', 'moon'], 'unknown environment'],
    [['run', 'raft', '--mutant', 'nope'], 'unknown mutant'],
    [['run', 'raft', '--level', 'perfect'], 'unknown level'],
    [['run', 'raft', '--keys', '11'], '--keys must be at most the number of workers (--concurrency 10), got 11'],
    [['run', 'raft', '--exact'], '--replay'],
    [['run', 'raft', '--image', 'x'], '--env docker'],
    [['run', '--replay', '/nonexistent'], 'cannot read'],
    [['run', '--replay', '/nonexistent', '--nodes', '3'], 'does not take --nodes'],
    [['run', 'raft', '--seed', '1', '--seed', '2'], 'was given 2 times'],
    [['check', '/nonexistent'], 'cannot read'],
    [['report', '/nonexistent'], 'cannot read'],
    [['compare', 'raft'], 'at least two'],
    [['dance'], 'unknown command "dance"; expected one of run, campaign, '],
  ])('%j gets one line and 254', async (args, expected) => {
    const fresh = temporaryStore();
    const { exitCode, stdout, stderr } = await faultline(...args, ...(args[0] === 'run' ? ['--store', fresh] : []));
    expect({ exitCode, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      exitCode: 254,
      stdout: '',
      lines: 1,
    });
    expect(stderr).toContain(expected);
    expect(readdirSync(fresh)).toEqual([]);
    rmSync(fresh, { recursive: true });
  });

  it('names the file when it is not a history', async () => {
    const garbage = path.join(store, 'garbage.bin');
    writeFileSync(garbage, Buffer.from([0, 1, 2, 3, 250, 251]));
    const { exitCode, stderr } = await faultline('check', garbage);
    expect(exitCode).toBe(254);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain('garbage.bin');
  });

  it.each(['/dev/null/store', '/proc/nowhere'])('says that the store %s cannot be written to', async (folder) => {
    const { exitCode, stderr } = await faultline('run', 'raft', '--store', folder);
    expect(exitCode).toBe(254);
    expect(stderr).toContain('cannot write');
  });
});

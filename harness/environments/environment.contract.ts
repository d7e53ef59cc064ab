import { afterEach, describe, expect, it } from 'vitest';
import type { Cluster, ClusterRequest, Environment } from '../kernel/environment.ts';
import { FAULT_KINDS, type ResolvedFault } from '../kernel/fault.ts';
import { nodeNames, type DirectedLink, type NodeId } from '../kernel/node.ts';
import { randomOf } from '../kernel/random.ts';
import type { Target } from '../kernel/target.ts';
import { ClusterDriver } from './testing/cluster-driver.ts';

/** What an environment brings to be tested. */
export interface EnvironmentUnderTest {
  readonly environment: Environment;
  /** Linearizable, offers `register` with read, write and cas, has primaries, survives the kill of all nodes. */
  readonly strong: Target;
  /** Convergent, offers `set`, answers from its own state. */
  readonly eventual: Target;
  /** Names of what was left behind by clusters that are down: containers, networks, rules. Empty where all is well. */
  readonly leftovers?: () => Promise<readonly string[]>;
}

export interface EnvironmentContract {
  readonly name: string;
  readonly make: () => Promise<EnvironmentUnderTest>;
  /** Cases that cannot hold here, each with the reason, which is printed. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
  readonly testTimeoutMs?: number;
}

/** Declares the tests that every environment has to pass. */
export function describeEnvironment(contract: EnvironmentContract): void {
  const timeoutMs = contract.testTimeoutMs ?? 30_000;
  const unknown = contract.skip?.find(({ test }) => !Object.hasOwn(CASES, test));
  if (unknown !== undefined) throw new Error(`the environment contract has no test named: ${unknown.test}`);
  describe(`environment ${contract.name}`, () => {
    const bench = new ContractBench(contract.make);
    afterEach(() => bench.clear(), timeoutMs);
    for (const [name, run] of Object.entries(CASES)) {
      const skipped = contract.skip?.find(({ test }) => test === name);
      if (skipped === undefined) it(name, () => run(bench), timeoutMs);
      else it.skip(`${name} (${skipped.reason})`, () => undefined);
    }
  });
}

const NODES = nodeNames(3);
const [FIRST = '', SECOND = '', THIRD = ''] = NODES;

const CASES: Readonly<Record<string, (bench: ContractBench) => Promise<void>>> = {
  'brings up what was asked for and leaves nothing behind': async (bench: ContractBench): Promise<void> => {
    const first = await bench.up('strong');
    expect(first.cluster.nodes).toEqual(NODES);
    expect([...(await first.cluster.logs()).keys()].toSorted()).toEqual([...NODES].toSorted());
    await bench.down(first);
    // The names are free again at once.
    const second = await bench.up('strong');
    await bench.down(second);
    expect(await bench.leftovers()).toEqual([]);
  },

  'carries operations to each node and back': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('strong');
    for (const [index, node] of NODES.entries()) {
      const key = `k${index}`;
      expect(await driver.call(node, { f: 'read', key, value: null })).toEqual({ type: 'ok', value: null });
      expect(await driver.call(node, { f: 'write', key, value: 1 })).toEqual({ type: 'ok', value: null });
      expect(await driver.call(node, { f: 'cas', key, value: [1, 2] })).toEqual({ type: 'ok', value: null });
      const refused = await driver.call(node, { f: 'cas', key, value: [1, 3] });
      expect(refused).toMatchObject({ type: 'fail', error: { code: 'precondition' } });
    }
    for (const [index, node] of NODES.entries()) {
      const other = `k${(index + 1) % NODES.length}`;
      expect(await driver.call(node, { f: 'read', key: other, value: null })).toEqual({ type: 'ok', value: 2 });
    }
  },

  'fails an operation that it cannot send': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('strong');
    const outcome = await driver.call(FIRST, { f: 'no-such-operation', value: null });
    expect(outcome.type).toBe('fail');
  },

  'cuts exactly the links of a partition': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('eventual');
    const observation = await driver.inject(partition('p', bothWays(FIRST, SECOND), bothWays(FIRST, THIRD)));
    expect(observation).toMatchObject({ phase: 'effective' });
    expect(await driver.call(FIRST, add(1))).toMatchObject({ type: 'ok' });
    expect(await driver.call(SECOND, add(2))).toMatchObject({ type: 'ok' });
    expect(await driver.callUntil(THIRD, READ, has(2))).toEqual({ type: 'ok', value: [2] });
    // Clients are not cut off.
    expect(await driver.call(FIRST, READ)).toEqual({ type: 'ok', value: [1] });
    expect(await driver.heal('p')).toMatchObject({ phase: 'healed' });
    expect(await driver.recover(30_000)).toEqual({ recovered: true });
    for (const node of NODES) expect(sorted(await driver.call(node, READ))).toEqual([1, 2]);
  },

  'cuts one direction of a link': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('strong');
    const outgoing: DirectedLink[] = [
      { from: FIRST, to: SECOND },
      { from: FIRST, to: THIRD },
    ];
    const observation = await driver.inject({ id: 'out', kind: 'partition', cut: outgoing });
    expect(observation).toMatchObject({ phase: 'effective' });
    // The other direction is still open, so cutting it is seen to change something.
    const reverse = outgoing.map(({ from, to }) => ({ from: to, to: from }));
    expect(await driver.inject({ id: 'in', kind: 'partition', cut: reverse })).toMatchObject({ phase: 'effective' });
    expect(await driver.heal('in')).toMatchObject({ phase: 'healed' });
    expect(await driver.heal('out')).toMatchObject({ phase: 'healed' });
    expect(await driver.recover(30_000)).toEqual({ recovered: true });
  },

  'keeps a link cut while another partition still wants it': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('eventual');
    await driver.inject(partition('wide', bothWays(FIRST, SECOND), bothWays(FIRST, THIRD)));
    await driver.inject(partition('narrow', bothWays(FIRST, SECOND)));
    expect(await driver.heal('narrow')).toMatchObject({ phase: 'healed' });
    await driver.call(SECOND, add(1));
    await driver.sleep(2_000);
    expect(await driver.call(FIRST, READ)).toEqual({ type: 'ok', value: [] });
    expect(await driver.heal('wide')).toMatchObject({ phase: 'healed' });
    expect(await driver.callUntil(FIRST, READ, has(1))).toEqual({ type: 'ok', value: [1] });
  },

  'kills and restarts without losing what was acknowledged': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('strong');
    expect(await driver.call(FIRST, { f: 'write', key: 'k', value: 7 })).toMatchObject({ type: 'ok' });
    expect(await driver.inject({ id: 'k', kind: 'kill', nodes: NODES })).toMatchObject({ phase: 'effective' });
    for (const node of NODES) expect(await driver.open(node)).toMatchObject({ error: { code: 'not-sent' } });
    expect(await driver.heal('k')).toMatchObject({ phase: 'healed' });
    expect(await driver.recover(30_000)).toEqual({ recovered: true });
    for (const node of NODES) {
      expect(await driver.call(node, { f: 'read', key: 'k', value: null })).toEqual({ type: 'ok', value: 7 });
    }
  },

  'says that an operation is in doubt when its node dies': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('strong');
    const { session } = await driver.open(FIRST);
    if (session === undefined) throw new Error('no session');
    // Without a majority nothing is answered before the kill.
    await driver.inject({ id: 'others', kind: 'pause', nodes: [SECOND, THIRD] });
    const outcome = await driver.until(30_000, (done) => {
      session.start({ f: 'write', key: 'k', value: 1 }, 30_000, done);
      driver.cluster.time.at(driver.cluster.time.nowNs() + 50e6, () =>
        driver.cluster.faults.inject({ id: 'k', kind: 'kill', nodes: [FIRST] }, () => undefined),
      );
    });
    // A node that knew no leader refused at once, and that is certain.
    expect(outcome).toMatchObject({ type: expect.stringMatching(/^(info|fail)$/) });
    expect(await driver.heal('others')).toMatchObject({ phase: 'healed' });
    expect(await driver.heal('k')).toMatchObject({ phase: 'healed' });
  },

  'pauses and resumes': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('eventual');
    const opened = await driver.open(FIRST);
    if (opened.session === undefined) throw new Error('no session');
    expect(await driver.inject({ id: 'z', kind: 'pause', nodes: [FIRST] })).toMatchObject({ phase: 'effective' });
    expect(await driver.start(opened.session, READ, 1_000)).toMatchObject({ type: 'info' });
    opened.session.close();
    expect(await driver.call(SECOND, READ)).toMatchObject({ type: 'ok' });
    expect(await driver.heal('z')).toMatchObject({ phase: 'healed' });
    expect(await driver.call(FIRST, READ)).toMatchObject({ type: 'ok' });
  },

  'steps wall clocks and sets them right again': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('strong');
    const before = await driver.clockOffsetsMs();
    const stepMs = -90_000;
    const fault: ResolvedFault = { id: 'c', kind: 'clock', nodes: [SECOND], offsetMs: stepMs };
    expect(await driver.inject(fault)).toMatchObject({ phase: 'effective' });
    const during = await driver.clockOffsetsMs();
    expect(Math.abs((during[SECOND] ?? 0) - (before[SECOND] ?? 0) - stepMs)).toBeLessThan(1_000);
    expect(Math.abs((during[FIRST] ?? 0) - (before[FIRST] ?? 0))).toBeLessThan(1_000);
    // Timers run on the monotonic clock: the cluster goes on.
    expect(await driver.call(SECOND, { f: 'write', key: 'k', value: 1 })).toMatchObject({ type: 'ok' });
    expect(await driver.heal('c')).toMatchObject({ phase: 'healed' });
    const after = await driver.clockOffsetsMs();
    expect(Math.abs((after[SECOND] ?? 0) - (before[SECOND] ?? 0))).toBeLessThan(1_000);
  },

  'is honest about what it can do': async (bench: ContractBench): Promise<void> => {
    const { environment, strong } = await bench.subject();
    const driver = await bench.up('strong');
    const faults: Readonly<Record<(typeof FAULT_KINDS)[number], ResolvedFault>> = {
      partition: partition('honest-partition', bothWays(FIRST, SECOND)),
      kill: { id: 'honest-kill', kind: 'kill', nodes: [FIRST] },
      pause: { id: 'honest-pause', kind: 'pause', nodes: [FIRST] },
      clock: { id: 'honest-clock', kind: 'clock', nodes: [FIRST], offsetMs: 60_000 },
    };
    for (const kind of FAULT_KINDS) {
      const capability = environment.capability(kind, strong);
      if (!capability.available) {
        expect(capability.reason).not.toBe('');
        continue;
      }
      const observation = await driver.inject(faults[kind]);
      expect(observation).toMatchObject({ phase: 'effective', probe: capability.probe });
      expect(observation.lastSeenNs).toBeGreaterThanOrEqual(observation.firstSeenNs);
      expect(await driver.heal(faults[kind].id)).toMatchObject({ phase: 'healed', probe: capability.probe });
      // A node that has just been started again may not yet tell its clock.
      expect(await driver.recover(30_000)).toEqual({ recovered: true });
    }
  },

  'never calls a fault effective that did nothing': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('strong');
    const nobody = ['n99'];
    expect((await driver.inject(partition('a', bothWays(FIRST, 'n99')))).phase).not.toBe('effective');
    expect((await driver.inject({ id: 'b', kind: 'kill', nodes: nobody })).phase).not.toBe('effective');
    expect((await driver.inject({ id: 'c', kind: 'pause', nodes: nobody })).phase).not.toBe('effective');
    expect((await driver.inject({ id: 'd', kind: 'clock', nodes: nobody, offsetMs: 5_000 })).phase).not.toBe(
      'effective',
    );
    expect((await driver.inject({ id: 'e', kind: 'clock', nodes: [FIRST], offsetMs: 0 })).phase).not.toBe('effective');
    expect(await driver.heal('never-injected')).toMatchObject({ phase: 'heal-failed' });
    const half = await driver.inject({ id: 'f', kind: 'kill', nodes: [FIRST, 'n99'] });
    expect(half).toMatchObject({ phase: 'partial' });
    expect(await driver.heal('f')).toMatchObject({ phase: 'healed' });
  },

  'names the primary': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('strong');
    const [primary, ...others] = await driver.primaries();
    expect(others).toEqual([]);
    expect(NODES).toContain(primary);
    await driver.inject({ id: 'k', kind: 'kill', nodes: [primary ?? ''] });
    expect(await driver.callUntil(primary === FIRST ? SECOND : FIRST, WRITE, isOk)).toMatchObject({ type: 'ok' });
    expect(await driver.primaries()).not.toContain(primary);
    expect(await driver.heal('k')).toMatchObject({ phase: 'healed' });
  },

  'knows when a cluster has recovered': async (bench: ContractBench): Promise<void> => {
    const driver = await bench.up('strong');
    await driver.inject({ id: 'k', kind: 'kill', nodes: [THIRD] });
    const recovery = await driver.recover(1_500);
    expect(recovery).toMatchObject({ recovered: false, reason: expect.stringContaining(THIRD) });
    await driver.heal('k');
    expect(await driver.recover(30_000)).toEqual({ recovered: true });
  },

  'gives up when it is aborted, and cleans up': async (bench: ContractBench): Promise<void> => {
    await expect(bench.up('strong', AbortSignal.abort())).rejects.toThrow();
    const driver = await bench.up('strong');
    const controller = new AbortController();
    const { time } = driver.cluster;
    time.at(time.nowNs() + 20e6, () => controller.abort());
    // Something has to be left to wait for: a simulation without events ends by itself.
    time.at(time.nowNs() + 3_600e9, () => undefined);
    await expect(time.drive(() => false, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await bench.down(driver);
    expect(await bench.leftovers()).toEqual([]);
  },

  'refuses what it does not know with one clear line': async (bench: ContractBench): Promise<void> => {
    const { environment } = await bench.subject();
    const refused = async (change: Partial<ClusterRequest>): Promise<void> => {
      const request = { ...(await bench.request('strong')), ...change };
      await expect(environment.up(request, new AbortController().signal)).rejects.toMatchObject({
        name: 'HarnessError',
        message: expect.stringMatching(/^[^\n]+$/),
      });
    };
    await refused({ workload: 'no-such-workload' });
    await refused({ mutant: 'no-such-mutant' });
    await refused({ settings: { noSuchSetting: 1 } });
    expect(await bench.leftovers()).toEqual([]);
  },
};

/** Makes the environment once, and owns every cluster of the test that runs. */
class ContractBench {
  readonly #make: () => Promise<EnvironmentUnderTest>;
  readonly #clusters = new Set<Cluster>();
  #subject: Promise<EnvironmentUnderTest> | undefined;
  #upCount = 0;

  constructor(make: () => Promise<EnvironmentUnderTest>) {
    this.#make = make;
  }

  subject(): Promise<EnvironmentUnderTest> {
    this.#subject ??= this.#make();
    return this.#subject;
  }

  async request(which: 'strong' | 'eventual'): Promise<ClusterRequest> {
    const subject = await this.subject();
    return {
      runId: `contract-${process.pid}-${this.#upCount++}`,
      target: subject[which],
      workload: which === 'strong' ? 'register' : 'set',
      nodes: NODES,
      random: randomOf(`contract ${which}`),
      settings: {},
      readyTimeoutMs: 60_000,
      progress: () => undefined,
    };
  }

  async up(which: 'strong' | 'eventual', signal = new AbortController().signal): Promise<ClusterDriver> {
    const { environment } = await this.subject();
    const cluster = await environment.up(await this.request(which), signal);
    this.#clusters.add(cluster);
    return new ClusterDriver(cluster);
  }

  async down(driver: ClusterDriver): Promise<void> {
    this.#clusters.delete(driver.cluster);
    await driver.cluster.down();
  }

  async clear(): Promise<void> {
    const clusters = [...this.#clusters];
    this.#clusters.clear();
    for (const cluster of clusters) await cluster.down();
  }

  async leftovers(): Promise<readonly string[]> {
    return (await (await this.subject()).leftovers?.()) ?? [];
  }
}

const READ = { f: 'read', value: null } as const;
const WRITE = { f: 'write', key: 'k', value: 9 } as const;

type AnyOutcome = Awaited<ReturnType<ClusterDriver['call']>>;

function add(value: number): { readonly f: 'add'; readonly value: number } {
  return { f: 'add', value };
}

function isOk(outcome: AnyOutcome): boolean {
  return outcome.type === 'ok';
}

function has(element: number): (outcome: AnyOutcome) => boolean {
  return (outcome) => outcome.type === 'ok' && Array.isArray(outcome.value) && outcome.value.includes(element);
}

function sorted(outcome: AnyOutcome): unknown {
  if (outcome.type !== 'ok' || !Array.isArray(outcome.value)) return outcome;
  return outcome.value.toSorted((left: number, right: number) => left - right);
}

function bothWays(left: NodeId, right: NodeId): readonly DirectedLink[] {
  return [
    { from: left, to: right },
    { from: right, to: left },
  ];
}

function partition(id: string, ...cuts: readonly (readonly DirectedLink[])[]): ResolvedFault {
  return { id, kind: 'partition', cut: cuts.flat() };
}

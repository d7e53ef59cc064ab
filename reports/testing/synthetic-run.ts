import { HistoryBuilder } from '../../harness/history/index.ts';
import type { FaultEvent, FaultKind, ResolvedFault } from '../../harness/kernel/fault.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { nodeNames, type NodeId } from '../../harness/kernel/node.ts';
import { randomOf, type Random } from '../../harness/kernel/random.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import { RUN_RECORD_VERSION, type CheckSummary, type RunRecord } from '../../harness/store/run-record.ts';
import { faultIntervals } from '../metrics/fault-intervals.ts';
import { sidesOfPartition } from '../metrics/partition-sides.ts';

/** How a made-up run is to be. */
export interface SyntheticOptions {
  readonly operations: number;
  readonly durationMs?: number;
  readonly nodes?: number;
  readonly concurrency?: number;
  readonly seed?: string;
  /** Eventual systems answer on the minority side as well, sometimes with old values. */
  readonly system?: 'strong' | 'eventual';
  readonly target?: string;
}

/** A made-up run with its parts as a report takes them. */
export interface SyntheticRun {
  readonly record: RunRecord;
  readonly history: History;
  readonly logs: ReadonlyMap<NodeId, string>;
}

/**
 * A register run on a cluster that never was: partitions, a kill, a pause and a clock step, latencies that grow and
 * operations that fail while they last. A pure function of its options.
 */
export function syntheticRun(options: SyntheticOptions): SyntheticRun {
  const world = worldOf(options);
  const builder = new HistoryBuilder();
  for (const event of world.faults.flatMap(eventsOf)) builder.appendFault(event);
  drive(world, builder, options.operations);
  const history = builder.build();
  return { history, record: recordOf(world, history), logs: logsOf(world) };
}

interface SyntheticFault {
  readonly fault: ResolvedFault;
  readonly fromMs: number;
  readonly toMs: number;
  readonly what: string;
}

interface World {
  readonly random: Random;
  readonly nodes: readonly NodeId[];
  readonly concurrency: number;
  readonly durationMs: number;
  readonly eventual: boolean;
  readonly target: string;
  readonly seed: string;
  readonly faults: readonly SyntheticFault[];
}

function worldOf(options: SyntheticOptions): World {
  const nodes = nodeNames(options.nodes ?? 5);
  const durationMs = options.durationMs ?? 60_000;
  const at = (share: number): number => Math.round(durationMs * share);
  const [n1 = '', n2 = '', n3 = ''] = nodes;
  const split = (left: readonly NodeId[]): ResolvedFault & { kind: 'partition' } => ({
    id: '',
    kind: 'partition',
    cut: left.flatMap((a) =>
      nodes
        .filter((b) => !left.includes(b))
        .flatMap((b) => [
          { from: a, to: b },
          { from: b, to: a },
        ]),
    ),
  });
  const faults: readonly SyntheticFault[] = [
    {
      fault: { ...split([n1, n2]), id: 'f1-partition' },
      fromMs: at(0.1),
      toMs: at(0.25),
      what: `${n1}, ${n2} | the others`,
    },
    { fault: { id: 'f2-kill', kind: 'kill', nodes: [n3] }, fromMs: at(0.33), toMs: at(0.4), what: n3 },
    {
      fault: { id: 'f3-clock', kind: 'clock', nodes: [n2], offsetMs: 3000 },
      fromMs: at(0.36),
      toMs: at(0.52),
      what: `${n2} +3 s`,
    },
    { fault: { id: 'f4-pause', kind: 'pause', nodes: [n1] }, fromMs: at(0.55), toMs: at(0.6), what: n1 },
    { fault: { ...split([n3]), id: 'f5-partition' }, fromMs: at(0.68), toMs: at(0.85), what: `${n3} | the others` },
  ];
  return {
    random: randomOf(options.seed ?? 'synthetic'),
    nodes,
    durationMs,
    faults,
    concurrency: options.concurrency ?? 10,
    eventual: options.system === 'eventual',
    target: options.target ?? (options.system === 'eventual' ? 'gossip' : 'raft'),
    seed: options.seed ?? 'synthetic',
  };
}

function eventsOf({ fault, fromMs, toMs, what }: SyntheticFault): readonly FaultEvent[] {
  const event = (phase: FaultEvent['phase'], ms: number): FaultEvent => ({
    faultId: fault.id,
    kind: fault.kind,
    phase,
    timeNs: ms * 1e6,
    fault,
    ...(phase === 'effective' || phase === 'healed'
      ? {
          observation: {
            phase,
            probe: fault.kind === 'clock' ? 'self-report' : 'tcp-connect',
            resolution: fault.kind === 'clock' ? '1 ms' : '50 ms',
            firstSeenNs: ms * 1e6,
            lastSeenNs: ms * 1e6,
            detail: `${what}: ${phase === 'healed' ? 'gone' : 'seen on every selected node'}`,
            ...(fault.kind === 'clock'
              ? { clockOffsetsMs: { [fault.nodes[0] ?? '']: phase === 'healed' ? 0.3 : fault.offsetMs + 0.4 } }
              : {}),
          },
        }
      : {}),
  });
  return [
    event('requested', fromMs - 40),
    event('effective', fromMs),
    event('healing', toMs - 30),
    event('healed', toMs),
  ];
}

interface Worker {
  process: number;
  readonly node: NodeId;
  /** When its next entry comes. */
  atNs: number;
  open:
    | { f: string; key: number; value: JsonValue; answer: JsonValue; type: 'ok' | 'fail' | 'info'; code: string }
    | undefined;
}

function drive(world: World, builder: HistoryBuilder, operations: number): void {
  const { random, nodes, concurrency } = world;
  // At most a second: draws are 32 bits wide.
  const paceNs = Math.min(1e9, (world.durationMs * 1e6 * concurrency) / Math.max(1, operations));
  const registers = new Map<number, number>();
  const workers: Worker[] = Array.from({ length: concurrency }, (_, process) => ({
    process,
    node: nodes[process % nodes.length] ?? '',
    atNs: random.int(0, Math.ceil(paceNs)),
    open: undefined,
  }));
  for (let entry = 0; entry < 2 * operations; entry++) {
    const worker = workers.reduce((first, other) => (other.atNs < first.atNs ? other : first));
    const { open } = worker;
    if (open === undefined) {
      const invocation = invoke(world, worker, registers, entry);
      worker.open = invocation;
      builder.append({
        timeNs: worker.atNs,
        process: worker.process,
        type: 'invoke',
        f: invocation.f,
        key: invocation.key,
        value: invocation.value,
        node: worker.node,
      });
      worker.atNs += latencyNs(world, worker, invocation.type, paceNs);
      continue;
    }
    builder.append({
      timeNs: worker.atNs,
      process: worker.process,
      type: open.type,
      f: open.f,
      key: open.key,
      value: open.type === 'ok' ? open.answer : open.value,
      node: worker.node,
      ...(open.code === '' ? {} : { error: { code: open.code } }),
    });
    if (open.type === 'info') worker.process += concurrency;
    worker.open = undefined;
    worker.atNs += random.int(1, Math.ceil(paceNs * 1.2));
  }
}

function invoke(
  world: World,
  worker: Worker,
  registers: Map<number, number>,
  entry: number,
): NonNullable<Worker['open']> {
  const { random } = world;
  const key = random.int(0, 19);
  // While cut off, the minority of an eventual system goes on with what it has written itself.
  const slot = world.eventual && onMinority(world, worker) ? key + 1000 : key;
  const current = registers.get(slot) ?? registers.get(key) ?? null;
  const hindered = hindrance(world, worker);
  const type = hindered ? (random.chance(1, 3) ? 'fail' : 'info') : random.chance(1, 900) ? 'info' : 'ok';
  const code = type === 'ok' ? '' : type === 'fail' ? 'no-leader' : 'timeout';
  const kind = random.int(0, 9);
  if (kind < 5) return { f: 'read', key, value: null, answer: current, type, code };
  if (kind < 8) {
    if (type === 'ok') registers.set(slot, entry);
    return { f: 'write', key, value: entry, answer: entry, type, code };
  }
  if (type === 'ok' && random.chance(1, 2)) {
    return { f: 'cas', key, value: [-1, entry], answer: null, type: 'fail', code: 'mismatch' };
  }
  if (type === 'ok') registers.set(slot, entry);
  return { f: 'cas', key, value: [current, entry], answer: [current, entry], type, code };
}

function hindrance(world: World, { node, atNs }: Worker): boolean {
  return world.faults.some(({ fault, fromMs, toMs }) => {
    if (atNs < fromMs * 1e6 || atNs > toMs * 1e6) return false;
    if (fault.kind === 'clock') return false;
    if (fault.kind !== 'partition') return fault.nodes.includes(node);
    return !world.eventual && sidesOfPartition(fault.cut, world.nodes).get(node) === 'minority';
  });
}

function onMinority(world: World, { node, atNs }: Worker): boolean {
  return world.faults.some(
    ({ fault, fromMs, toMs }) =>
      fault.kind === 'partition' &&
      atNs >= fromMs * 1e6 &&
      atNs <= toMs * 1e6 &&
      sidesOfPartition(fault.cut, world.nodes).get(node) === 'minority',
  );
}

function latencyNs({ random }: World, { node }: Worker, type: 'ok' | 'fail' | 'info', paceNs: number): number {
  const base = Math.min(paceNs * 0.4, 4e6) * (1 + Number(node.slice(1)) / 10);
  const draw = base * 0.4 + random.int(0, Math.ceil(base)) + (random.chance(1, 50) ? base * 6 : 0);
  if (type === 'info') return Math.round(draw + Math.min(20 * paceNs, 400e6));
  return Math.round(type === 'fail' ? draw + Math.min(3 * paceNs, 40e6) : draw);
}

function recordOf(world: World, history: History): RunRecord {
  const findings = world.eventual ? findingsOf(world, history) : [];
  const durationMs = Math.ceil((history.columns.timeNs[history.length - 1] ?? 0) / 1e6);
  return {
    version: RUN_RECORD_VERSION,
    request: {
      target: world.target,
      environment: 'sim',
      workload: 'register',
      nodes: world.nodes,
      concurrency: world.concurrency,
      ratePerSecond: 500,
      timeLimitMs: world.durationMs,
      opTimeoutMs: 400,
      keys: 20,
      opsPerKey: 200,
      faults: ['partition', 'kill', 'pause', 'clock'],
      seed: world.seed,
      settings: {},
    },
    verdict: findings.length > 0 ? 'invalid' : 'valid',
    doubts: [],
    reasons: [],
    counts: countsOf(history),
    faults: faultIntervals(history).map((interval) => ({
      id: interval.id,
      name: interval.kind satisfies FaultKind,
      what: world.faults.find(({ fault }) => fault.id === interval.id)?.what ?? '',
      effect: interval.effect,
      probe: interval.probe,
      fromMs: interval.fromNs / 1e6,
      toMs: interval.toNs / 1e6,
      healed: interval.healed,
      detail: interval.detail,
    })),
    checks: checksOf(findings),
    historyHash: '5f0c7c1a9d3e4b2f8a6d1c0e9b7f5a3d2c4e6f8091a2b3c4d5e6f708192a3b4c',
    entries: history.length,
    startedAt: '2026-11-22T09:00:00.000Z',
    elapsedMs: { setup: 12, run: 840, check: 310 },
    durationMs,
    phasesMs: {
      main: { from: 0, to: world.durationMs },
      heal: { from: world.durationMs, to: world.durationMs + 200 },
      recovery: undefined,
      final: undefined,
    },
    promise: world.eventual
      ? { level: 'convergent', keepsAcknowledged: true, conditions: 'once the network is whole again' }
      : { level: 'linearizable', keepsAcknowledged: true, conditions: 'while a majority of nodes is up and connected' },
    interrupted: false,
    facts: { faultline: '0.1.0', node: '20.20.2', originWallMs: Date.parse('2026-11-22T09:00:00.000Z') },
    rerun: {
      symbolic: `faultline run ${world.target} --env sim --workload register --seed ${world.seed}`,
      exact: 'faultline run --replay .runs/latest --exact',
    },
  };
}

function countsOf(history: History): RunRecord['counts'] {
  const counts: Record<string, { ok: number; fail: number; info: number }> = {};
  const { type, f } = history.columns;
  for (let entry = 0; entry < history.length; entry++) {
    if (type[entry] === 0) continue;
    const name = history.fNames[f[entry] ?? 0] ?? '';
    counts[name] ??= { ok: 0, fail: 0, info: 0 };
    const outcome = type[entry] === 1 ? 'ok' : type[entry] === 2 ? 'fail' : 'info';
    counts[name][outcome]++;
  }
  return counts;
}

/** Picks, on some keys, a write that was answered during the partition and a later read of the same key. */
function findingsOf(world: World, history: History): readonly Finding[] {
  const { type, f, key, timeNs } = history.columns;
  const from = world.durationMs * 0.12e6;
  const findings: Finding[] = [];
  for (let entry = 0; entry < history.length && findings.length < 6; entry++) {
    if ((timeNs[entry] ?? 0) < from || type[entry] !== 1 || history.fNames[f[entry] ?? 0] !== 'write') continue;
    const read = history.columns.type.findIndex(
      (code, at) => at > entry + 20 && code === 1 && key[at] === key[entry] && history.fNames[f[at] ?? 0] === 'read',
    );
    if (read === -1 || findings.some(({ key: known }) => known === key[entry])) continue;
    findings.push({
      anomaly: 'stale-read',
      ops: [entry, read],
      count: 1,
      key: key[entry] ?? 0,
      message: `A read of key ${key[entry]} did not see the write of ${JSON.stringify(history.at(entry).value)} that had been acknowledged before it began.`,
    });
  }
  return findings;
}

function checksOf(findings: readonly Finding[]): readonly CheckSummary[] {
  return [
    {
      name: 'linearizability',
      use: { checker: 'linearizability', options: { model: 'cas-register' } },
      verdict: findings.length > 0 ? 'invalid' : 'valid',
      findings,
      facts: { keys: 20, algorithm: 'wing-gong-lowe', visitedStates: 184_223 },
      elapsedMs: 212,
    },
    {
      name: 'assumptions',
      use: { checker: 'assumptions' },
      verdict: 'valid',
      findings: [],
      facts: { okReads: 2210, okWrites: 1401, effectiveFaults: 5 },
      elapsedMs: 3,
    },
  ];
}

function logsOf(world: World): ReadonlyMap<NodeId, string> {
  return new Map(
    world.nodes.map((node) => {
      const lines = Array.from({ length: 200 }, (_, index) => {
        const ms = (index * world.durationMs) / 200 + world.random.int(0, 200);
        const time = new Date(Date.parse('2026-11-22T09:00:00.000Z') + ms).toISOString();
        return `${time} ${node} ${world.random.pick(['heartbeat sent', 'vote granted to n4', 'became follower, term 7', 'appended 12 entries'])}`;
      });
      return [node, `${lines.join('\n')}\n`];
    }),
  );
}

import { checkLinearizable } from '../checkers/index.ts';
import { hostTurn } from '../harness/environments/host-turn.ts';
import { createSimEnvironment } from '../harness/environments/sim/sim-environment.ts';
import { runStorm } from '../harness/environments/testing/storm.ts';
import type { Protocol } from '../harness/kernel/host.ts';
import { nodeNames } from '../harness/kernel/node.ts';
import { randomOf } from '../harness/kernel/random.ts';
import type { Target } from '../harness/kernel/target.ts';
import { target as raft } from '../targets/raft/index.ts';

/**
 * Measures the simulation: `node --import tsx bench/sim.bench.ts`. Seconds are this process's processor time, garbage
 * collection included, so that what else runs on the machine counts little; each figure is the best of some rounds.
 *
 * - protocol events a second: five nodes that answer each message, over the simulated network;
 * - 5-node raft runs a second: about 2,000 protocol events each, with faults, recovery and the linearizability check.
 */
const ROUNDS = 5;
const EVENTS = 2_000_000;
const EVENT_GOAL = 1_000_000;
const RUNS = 100;
const RUN_EVENTS = 2_000;
const RUN_GOAL = 100;

/** Nodes that send every message back, for ever. */
const RELAY: Protocol = {
  name: 'relay',
  mutants: {},
  create: (host) => ({
    on(event) {
      if (event.kind === 'start') for (const peer of host.peers) host.send(peer, 0);
      else if (event.kind === 'message') host.send(event.from, event.message);
    },
  }),
};

const RELAY_TARGET: Target = {
  ...raft,
  name: 'relay',
  sim: { protocol: RELAY, codecs: { none: { encode: () => null, decode: () => ({ type: 'ok', value: null }) } } },
};

async function eventsPerSecond(seed: number): Promise<number> {
  let count = 0;
  const environment = createSimEnvironment({ yieldToHost: hostTurn, observer: () => count++ });
  const cluster = await environment.up(
    {
      runId: 'bench',
      target: RELAY_TARGET,
      workload: 'none',
      nodes: nodeNames(5),
      random: randomOf(seed),
      settings: {},
      readyTimeoutMs: 1_000,
      progress: () => undefined,
    },
    new AbortController().signal,
  );
  const before = count;
  const startedMs = cpuMs();
  await cluster.time.drive(() => count - before >= EVENTS, new AbortController().signal);
  const seconds = (cpuMs() - startedMs) / 1000;
  await cluster.down();
  return EVENTS / seconds;
}

async function raftRuns(round: number): Promise<{ readonly perSecond: number; readonly events: number }> {
  let events = 0;
  const environment = createSimEnvironment({ yieldToHost: hostTurn, observer: () => events++ });
  const startedMs = cpuMs();
  for (let run = 0; run < RUNS; run++) {
    const { history, recovery } = await runStorm({
      environment,
      target: raft,
      workload: 'register',
      seed: round * RUNS + run,
      nodeCount: 5,
      workers: 10,
      durationMs: 1_800,
      thinkMaxMs: 30,
      faults: ['partition', 'kill', 'pause', 'clock'],
      opsPerKey: 60,
      keysInUse: 3,
      readsOfTen: 5,
    });
    const { verdict } = checkLinearizable(history, { model: 'cas-register' });
    if (verdict !== 'valid' || !recovery.recovered) throw new Error(`run ${run} of round ${round} is ${verdict}`);
  }
  const seconds = (cpuMs() - startedMs) / 1000;
  return { perSecond: RUNS / seconds, events: events / RUNS };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let bestEvents = 0;
for (let round = 0; round < ROUNDS; round++) bestEvents = Math.max(bestEvents, await eventsPerSecond(round));
console.log(
  `protocol events/s: ${Math.round(bestEvents).toLocaleString('en')} (goal ${EVENT_GOAL.toLocaleString('en')})`,
);

let bestRuns = { perSecond: 0, events: 0 };
for (let round = 0; round < ROUNDS; round++) {
  const result = await raftRuns(round);
  if (result.perSecond > bestRuns.perSecond) bestRuns = result;
}
console.log(
  `5-node raft runs/s: ${bestRuns.perSecond.toFixed(0)} of ${bestRuns.events.toFixed(0)} protocol events each, ` +
    `with their checks (goal ${RUN_GOAL} of ${RUN_EVENTS})`,
);

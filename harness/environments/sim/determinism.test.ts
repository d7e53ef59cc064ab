import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { target as gossip } from '../../../targets/gossip/index.ts';
import { target as raft } from '../../../targets/raft/index.ts';
import type { History } from '../../kernel/history.ts';
import type { Target } from '../../kernel/target.ts';
import { hostTurn } from '../host-turn.ts';
import { runStorm } from '../testing/storm.ts';
import { createSimEnvironment } from './sim-environment.ts';

interface Trace {
  readonly events: string;
  readonly history: string;
  readonly count: number;
}

/** Runs a storm and hashes every event that every protocol was given, and the history. */
async function trace(target: Target, seed: number, change: object = {}): Promise<Trace> {
  const events = createHash('sha256');
  let count = 0;
  const environment = createSimEnvironment({
    yieldToHost: hostTurn,
    observer: (atNs, node, event) => {
      count++;
      events.update(`${atNs} ${node} ${JSON.stringify(event)}\n`);
    },
  });
  const { history } = await runStorm({
    environment,
    target,
    seed,
    workload: 'register',
    nodeCount: 5,
    workers: 10,
    durationMs: 3_000,
    thinkMaxMs: 30,
    faults: target.faultModel.kinds,
    opsPerKey: 60,
    keysInUse: 3,
    readsOfTen: 5,
    ...change,
  });
  return { events: events.digest('hex'), history: hashOf(history), count };
}

function hashOf(history: History): string {
  const hash = createHash('sha256');
  for (let index = 0; index < history.length; index++) hash.update(JSON.stringify(history.at(index)));
  hash.update(JSON.stringify(history.faults));
  return hash.digest('hex');
}

describe('the simulation is deterministic', () => {
  it.each([raft, gossip])('$name: the same seed gives the same events and the same history', async (target) => {
    const settings = { loss: [1, 20], duplicate: [1, 20], reorder: [1, 20], clockOffsetMaxMs: 500 };
    const first = await trace(target, 7, { settings });
    const second = await trace(target, 7, { settings });
    expect(second).toEqual(first);
    expect(first.count).toBeGreaterThan(1_000);
  });

  it('another seed gives other events', async () => {
    const first = await trace(raft, 7);
    const second = await trace(raft, 8);
    expect(second.events).not.toBe(first.events);
    expect(second.history).not.toBe(first.history);
  });
});

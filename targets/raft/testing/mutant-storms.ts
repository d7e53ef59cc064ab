import type { FaultSchedule, FaultSpec, PlannedFault } from '../../../harness/kernel/fault.ts';
import type { Random } from '../../../harness/kernel/random.ts';
import type { StormOptions } from '../../../harness/environments/testing/storm.ts';
import type { RaftMutant } from '../protocol/mutants.ts';

export type StormPlan = Omit<StormOptions, 'environment' | 'target' | 'seed' | 'mutant'>;

/** A storm that finds a planted bug quickly, and a seed with which it does. */
export interface MutantStorm {
  readonly why: string;
  readonly seed: number;
  readonly plan: StormPlan;
}

const PLAN: StormPlan = {
  workload: 'register',
  nodeCount: 3,
  workers: 12,
  durationMs: 8_000,
  thinkMaxMs: 30,
  faults: [],
  opsPerKey: 60,
  keysInUse: 3,
  readsOfTen: 5,
};

export const MUTANT_STORMS: Readonly<Record<RaftMutant, MutantStorm>> = {
  'vote-not-persisted': {
    why: 'slow links make candidates collide, and voters crash between two requests of one term',
    seed: 44,
    plan: {
      ...PLAN,
      durationMs: 12_500,
      thinkMaxMs: 20,
      faults: crashesDuringElections,
      settings: { latencyMinMs: 100, latencyMeanMs: 120, bootMs: 1 },
    },
  },
  'deposed-leader-read': {
    why: 'a leader that is cut off goes on answering its own clients until it notices',
    seed: 6,
    plan: { ...PLAN, faults: leaderAfterLeader(700, 2_000) },
  },
  'ack-before-sync': {
    why: 'slow disks keep much unsynced when all nodes are killed',
    seed: 5,
    plan: { ...PLAN, nodeCount: 5, workers: 10, faults: ['kill'], settings: { syncMeanMs: 60 } },
  },
  'old-term-commit': {
    why: 'each leader is cut off shortly after its election, and comes back with entries that nobody else has',
    seed: 365,
    plan: {
      ...PLAN,
      durationMs: 15_000,
      thinkMaxMs: 500,
      faults: leaderAfterLeader(700, 1_300),
      opsPerKey: 100,
      keysInUse: 1,
      settings: { latencyMeanMs: 60 },
    },
  },
};

/** Cuts off whoever leads, and then the next, without rest: when one comes back the other goes. */
export function leaderAfterLeader(shortestMs: number, longestMs: number): StormSchedule {
  return (random, durationMs) => {
    const schedule = new ScheduleBuilder();
    for (let atMs = 500; atMs < durationMs;) {
      const lengthMs = random.int(shortestMs, longestMs);
      schedule.add(atMs, lengthMs, { kind: 'partition', shape: 'primaries' });
      atMs += lengthMs;
    }
    return schedule.planned;
  };
}

/** Every three seconds all nodes crash; while they elect a leader, single ones crash for a moment. Then they have peace. */
function crashesDuringElections(random: Random, durationMs: number): FaultSchedule {
  const schedule = new ScheduleBuilder();
  for (let atMs = 300; atMs < durationMs - 2_500; atMs += 3_000) {
    schedule.add(atMs, 5, { kind: 'kill', select: 'all' });
    for (let count = 0; count < 2; count++) {
      schedule.add(atMs + random.int(800, 1_400), random.int(1, 10), { kind: 'kill', select: 'one' });
    }
  }
  return schedule.planned;
}

/** Kills without rest: a node, the primaries or everybody, for a moment, again and again. */
export function crashAfterCrash(random: Random, durationMs: number): FaultSchedule {
  const schedule = new ScheduleBuilder();
  for (let atMs = 500; atMs < durationMs; atMs += random.int(100, 600)) {
    const select = random.pick(['one', 'one', 'primaries', 'primaries', 'all'] as const);
    schedule.add(atMs, random.int(5, 300), { kind: 'kill', select });
  }
  return schedule.planned;
}

type StormSchedule = (random: Random, durationMs: number) => FaultSchedule;

class ScheduleBuilder {
  readonly planned: PlannedFault[] = [];

  add(atMs: number, lengthMs: number, spec: FaultSpec): void {
    const id = `storm-${this.planned.length + 1}`;
    this.planned.push({ id, startNs: atMs * 1e6, durationNs: lengthMs * 1e6, spec });
  }
}

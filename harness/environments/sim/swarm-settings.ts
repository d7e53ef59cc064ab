import type { JsonValue } from '../../kernel/json.ts';
import type { Random } from '../../kernel/random.ts';

/**
 * Settings of a simulation drawn from a run's seed, for {@link Tempo} `swarm`: from a rack with fast disks to slow links
 * that lose messages. Most bugs of replication need one thing to be slow while another is quick, and no single setting is
 * right for all of them.
 */
export function drawSwarmSettings(random: Random): Readonly<Record<string, JsonValue>> {
  const latencyMeanMs = magnitude(random.fork('latency'), 7);
  const syncMeanMs = magnitude(random.fork('sync'), 7);
  const faulty = random.fork('network');
  return {
    latencyMeanMs,
    latencyMinMs: (latencyMeanMs * random.fork('latency-share').int(1, 8)) / 10,
    syncMeanMs,
    syncMinMs: syncMeanMs / 5,
    bootMs: magnitude(random.fork('boot'), 9),
    loss: faulty.pick(RATES),
    duplicate: faulty.pick(RATES),
    reorder: faulty.pick(RATES),
  };
}

const RATES: readonly (readonly [number, number])[] = [
  [0, 1],
  [0, 1],
  [1, 100],
  [1, 20],
];

/** A power of two below `2 ** octaves`, every magnitude as likely as any other. */
function magnitude(random: Random, octaves: number): number {
  return 2 ** random.int(0, octaves - 1);
}

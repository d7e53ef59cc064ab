import type { FaultKind, Tempo } from '../kernel/fault.ts';
import type { Random } from '../kernel/random.ts';

/** How long faults of a kind last and how far they stand apart, as shares of the run, kept between bounds. */
export interface Rhythm {
  readonly share: readonly [low: number, high: number];
  readonly boundsMs: readonly [low: number, high: number];
  readonly gapShare: readonly [low: number, high: number];
  readonly gapBoundsMs: readonly [low: number, high: number];
}

/** A tempo that one kind of fault keeps through a run. */
export type DrawnTempo = Exclude<Tempo, 'swarm'>;

export const RHYTHMS: Readonly<Record<DrawnTempo, Readonly<Record<FaultKind, Rhythm>>>> = {
  steady: {
    partition: { share: [0.17, 0.21], boundsMs: [500, 20_000], gapShare: [0.06, 0.11], gapBoundsMs: [200, 10_000] },
    kill: { share: [0.04, 0.08], boundsMs: [300, 5_000], gapShare: [0.1, 0.25], gapBoundsMs: [300, 20_000] },
    pause: { share: [0.05, 0.12], boundsMs: [300, 10_000], gapShare: [0.1, 0.2], gapBoundsMs: [300, 20_000] },
    clock: { share: [0.12, 0.25], boundsMs: [500, 20_000], gapShare: [0.06, 0.12], gapBoundsMs: [200, 10_000] },
  },
  // The bounds decide, whatever the length of the run: they are measured against elections, not against the run.
  storm: {
    partition: ofMs([500, 2_500], [20, 400]),
    kill: ofMs([5, 400], [150, 1_500]),
    pause: ofMs([200, 2_500], [100, 2_000]),
    clock: ofMs([300, 4_000], [100, 2_000]),
  },
};

/** The tempo of one kind; `swarm` draws it. */
export function tempoOf(asked: Tempo, random: Random): DrawnTempo {
  return asked === 'swarm' ? random.pick(['steady', 'storm'] as const) : asked;
}

function ofMs(boundsMs: readonly [number, number], gapBoundsMs: readonly [number, number]): Rhythm {
  return { share: [0, 1], boundsMs, gapShare: [0, 1], gapBoundsMs };
}

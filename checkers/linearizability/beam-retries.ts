import type { Antichain } from './antichain.ts';

/** Events between two states of the walk that are kept. */
const INTERVAL = 32;
/** How often a beam may become twice as wide for one hard place, and go back twice as far. */
export const MOST_RETRIES = 3;
/** Events that the first retry goes back by: more than are open at one time. */
const FIRST_DISTANCE = 128;
/** Records of the states that are kept, per configuration of the width: they count towards the memory of the walk. */
const MOST_RECORDS = 64;
const KEPT: number = (FIRST_DISTANCE << (MOST_RETRIES - 1)) / INTERVAL + 2;

/** A walk as it was before one event. */
export interface Checkpoint {
  readonly event: number;
  readonly here: Antichain;
  readonly isCut: boolean;
}

/**
 * How wide a beam is where, and where it goes on after it has lost every configuration: most of a history needs few of
 * them, a few places need many. There the walk goes back, ever further and with ever more configurations, and is narrow
 * again once it has passed the place.
 */
export class BeamRetries {
  readonly #width: number;
  readonly #kept: Checkpoint[] = [];
  #retries = 0;
  /** The event at which the last retry began to be needed. */
  #failedAt = -1;

  constructor(width: number) {
    this.#width = width;
  }

  /** Configurations that may be kept now. */
  get width(): number {
    return this.#width << this.#retries;
  }

  /** Notes that the walk comes to an event. */
  pass({ event, here, isCut }: Checkpoint): void {
    if (this.#retries > 0 && event > this.#failedAt + FIRST_DISTANCE) this.#retries = 0;
    if (event % INTERVAL !== 0) return;
    this.#kept.push({ event, here, isCut });
    while (this.#kept.length > KEPT || (this.#kept.length > 1 && this.#records > MOST_RECORDS * this.#width)) {
      this.#kept.shift();
    }
  }

  get #records(): number {
    return this.#kept.reduce((sum, { here }) => sum + here.records, 0);
  }

  /** Where to go on once nothing is left at `event`; undefined where that was tried often enough. */
  goBack(event: number): Checkpoint | undefined {
    if (this.#retries === MOST_RETRIES) return undefined;
    this.#failedAt = Math.max(event, this.#failedAt);
    const distance = FIRST_DISTANCE << this.#retries++;
    while (this.#kept.length > 1 && (this.#kept.at(-1)?.event ?? 0) > event - distance) this.#kept.pop();
    return this.#kept.pop();
  }
}

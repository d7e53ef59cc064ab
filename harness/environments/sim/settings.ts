import { HarnessError } from '../../kernel/harness-error.ts';
import type { JsonValue } from '../../kernel/json.ts';

/** A probability as numerator and denominator. */
export type Ratio = readonly [numerator: number, denominator: number];

/**
 * What can be set in the simulation, with its default. Latencies are a minimum plus an exponential part, `mean` on
 * average in all; each link draws its own mean from half to one and a half times the set one.
 *
 * By default nothing is lost or duplicated, and messages overtake each other only because their latencies differ.
 */
export interface SimSettings {
  /** Node to node, one way. */
  readonly latencyMinMs: number;
  readonly latencyMeanMs: number;
  /** Client to node, one way. Client links are never cut and lose nothing. */
  readonly clientLatencyMinMs: number;
  readonly clientLatencyMeanMs: number;
  /** Share of node-to-node messages that never arrive, arrive twice, or are held back by up to `reorderDelayMaxMs`. */
  readonly loss: Ratio;
  readonly duplicate: Ratio;
  readonly reorder: Ratio;
  readonly reorderDelayMaxMs: number;
  /** How long a disk takes to make data durable. */
  readonly syncMinMs: number;
  readonly syncMeanMs: number;
  /** Time from the start of a node's process until it takes connections and messages. */
  readonly bootMs: number;
  /** Every node's wall clock starts off by up to this much, either way, and drifts by up to this many parts per million. */
  readonly clockOffsetMaxMs: number;
  readonly clockDriftMaxPpm: number;
  /** How many events a paused node's sockets and timers hold; more messages are dropped. */
  readonly pausedInboxMax: number;
  /** Lines kept per node log; older ones are dropped. */
  readonly logLinesMax: number;
}

export const DEFAULT_SETTINGS: SimSettings = {
  latencyMinMs: 0.2,
  latencyMeanMs: 1,
  clientLatencyMinMs: 0.1,
  clientLatencyMeanMs: 0.5,
  loss: [0, 1],
  duplicate: [0, 1],
  reorder: [0, 1],
  reorderDelayMaxMs: 20,
  syncMinMs: 0.2,
  syncMeanMs: 1,
  bootMs: 50,
  clockOffsetMaxMs: 0,
  clockDriftMaxPpm: 50,
  pausedInboxMax: 10_000,
  logLinesMax: 2_000,
};

/** Largest accepted value of any number among the settings. */
const NUMBER_MAX = 1_000_000;

/** The defaults with what the user set. Throws a HarnessError `usage` that names the first setting that is wrong. */
export function parseSettings(given: Readonly<Record<string, JsonValue>>): SimSettings {
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(DEFAULT_SETTINGS, name)) {
      const known = Object.keys(DEFAULT_SETTINGS).join(', ');
      throw new HarnessError('usage', `the simulation has no setting ${name}; it has ${known}`);
    }
    settings[name] = Array.isArray(settings[name]) ? parseRatio(name, value) : parseNumber(name, value);
  }
  // Every member was either copied from the defaults or parsed to the default's type.
  const parsed = settings as unknown as SimSettings;
  requireOrder('latencyMinMs', parsed.latencyMinMs, 'latencyMeanMs', parsed.latencyMeanMs);
  requireOrder('clientLatencyMinMs', parsed.clientLatencyMinMs, 'clientLatencyMeanMs', parsed.clientLatencyMeanMs);
  requireOrder('syncMinMs', parsed.syncMinMs, 'syncMeanMs', parsed.syncMeanMs);
  return parsed;
}

function parseNumber(name: string, value: JsonValue): number {
  if (typeof value === 'number' && value >= 0 && value <= NUMBER_MAX) return value;
  throw new HarnessError(
    'usage',
    `simulation setting ${name} must be a number from 0 to ${NUMBER_MAX}, got ${JSON.stringify(value)}`,
  );
}

function parseRatio(name: string, value: JsonValue): Ratio {
  if (Array.isArray(value) && value.length === 2) {
    const [numerator, denominator] = value as readonly JsonValue[];
    if (isCount(numerator) && isCount(denominator) && denominator > 0 && numerator <= denominator) {
      return [numerator, denominator];
    }
  }
  throw new HarnessError(
    'usage',
    `simulation setting ${name} must be a ratio [numerator, denominator] of whole numbers, for example [1, 100], got ${JSON.stringify(value)}`,
  );
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= NUMBER_MAX;
}

function requireOrder(minName: string, min: number, meanName: string, mean: number): void {
  if (min <= mean) return;
  throw new HarnessError('usage', `simulation setting ${minName} (${min}) must not exceed ${meanName} (${mean})`);
}

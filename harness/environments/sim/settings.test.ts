import { describe, expect, it } from 'vitest';
import { randomOf } from '../../kernel/random.ts';
import { DEFAULT_SETTINGS, parseSettings } from './settings.ts';
import { drawSwarmSettings } from './swarm-settings.ts';

describe('parseSettings', () => {
  it('fills in the defaults', () => {
    expect(parseSettings({})).toEqual(DEFAULT_SETTINGS);
    expect(parseSettings({ loss: [1, 20], bootMs: 0 })).toEqual({ ...DEFAULT_SETTINGS, loss: [1, 20], bootMs: 0 });
  });

  it.each([
    [{ latency: 5 }, /has no setting latency; it has latencyMinMs, /],
    [{ toString: 5 }, /has no setting toString/],
    [{ bootMs: -1 }, /bootMs must be a number from 0 to 1000000, got -1/],
    [{ bootMs: '5' }, /bootMs must be a number .*, got "5"/],
    [{ loss: 0.5 }, /loss must be a ratio \[numerator, denominator\] .*, got 0.5/],
    [{ loss: [2, 1] }, /loss must be a ratio/],
    [{ loss: [0, 0] }, /loss must be a ratio/],
    [{ latencyMinMs: 9 }, /latencyMinMs \(9\) must not exceed latencyMeanMs \(1\)/],
  ])('refuses %j', (given, message) => {
    expect(() => parseSettings(given)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });
});

describe('drawSwarmSettings', () => {
  it('is a pure function of the seed, accepted by the simulation, and reaches slow and fast worlds', () => {
    const drawn = Array.from({ length: 200 }, (_, seed) => drawSwarmSettings(randomOf(seed)));
    expect(drawSwarmSettings(randomOf(7))).toEqual(drawn[7]);
    const parsed = drawn.map((settings) => parseSettings(settings));
    for (const name of ['latencyMeanMs', 'syncMeanMs', 'bootMs'] as const) {
      const values = parsed.map((settings) => settings[name]);
      expect(Math.min(...values), name).toBe(1);
      expect(Math.max(...values), name).toBeGreaterThanOrEqual(64);
    }
    expect(new Set(parsed.map(({ loss }) => loss[0] / loss[1])).size).toBe(3);
  });
});

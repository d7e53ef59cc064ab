import { describe, expect, it } from 'vitest';
import type { FaultEvent } from '../../harness/kernel/fault.ts';
import { contextWith, sketch, type SketchedOp } from '../testing/sketch.ts';
import { statsChecker } from './stats-checker.ts';

const read = (node: string, from: number, more: Partial<SketchedOp> = {}): SketchedOp => ({
  process: from,
  f: 'read',
  node,
  from,
  to: from + 1,
  ...more,
});

const ms = (time: number): number => time * 1e6;

function partition(fromMs: number, toMs: number): FaultEvent[] {
  const cut = [
    { from: 'n1', to: 'n2' },
    { from: 'n2', to: 'n1' },
    { from: 'n1', to: 'n3' },
    { from: 'n3', to: 'n1' },
  ];
  const fault = { id: 'f1', kind: 'partition', cut } as const;
  const observation = {
    phase: 'effective',
    probe: 'tcp-connect',
    firstSeenNs: ms(fromMs),
    lastSeenNs: ms(fromMs),
    detail: 'cut',
  } as const;
  return [
    { faultId: 'f1', kind: 'partition', phase: 'requested', timeNs: ms(fromMs - 1), fault },
    { faultId: 'f1', kind: 'partition', phase: 'effective', timeNs: ms(fromMs), observation },
    { faultId: 'f1', kind: 'partition', phase: 'healing', timeNs: ms(toMs) },
  ];
}

describe('stats', () => {
  it('counts outcomes by function and node, with availability and latency', () => {
    const result = statsChecker.check(
      sketch([
        read('n1', 0, { to: 10 }),
        read('n1', 20, { to: 60 }),
        read('n2', 70, { type: 'info', errorCode: 'timeout' }),
        read('n2', 80, { f: 'cas', type: 'fail', errorCode: 'precondition' }),
        read('n2', 90, { f: 'cas', to: Infinity }),
      ]),
      contextWith(),
    );
    expect(result.verdict).toBe('valid');
    expect(result.facts).toMatchObject({
      all: { ok: 2, fail: 1, info: 2, availability: 0.6 },
      byF: {
        read: { ok: 2, info: 1, latencyMs: { p50: 10, p95: 40, p99: 40, max: 40 } },
        cas: { ok: 0, fail: 1, info: 1, availability: 0.5 },
      },
      byNode: { n1: { ok: 2, availability: 1 }, n2: { ok: 0, availability: 0.333 } },
    });
  });

  it('separates what happened during a fault, on each side of a partition', () => {
    const history = sketch(
      [read('n1', 10), read('n1', 30, { type: 'info' }), read('n2', 40), read('n3', 59), read('n1', 90)],
      partition(20, 60),
    );
    expect(statsChecker.check(history, contextWith()).facts).toMatchObject({
      byPhase: { calm: { ok: 2 }, partition: { ok: 2, info: 1 } },
      bySide: { minority: { ok: 0, info: 1, availability: 0 }, majority: { ok: 2, availability: 1 } },
    });
  });

  it('says unknown for a history without operations', () => {
    expect(statsChecker.check(sketch([]), contextWith())).toMatchObject({ verdict: 'unknown' });
  });
});

import { describe, expect, it } from 'vitest';
import { contextWith, keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';
import { setChecker } from './set-checker.ts';

const add = (process: number, input: number, more: Partial<SketchedOp> = {}): SketchedOp => ({
  process,
  f: 'add',
  input,
  ...more,
});
const read = (process: number, output: number[], more: Partial<SketchedOp> = {}): SketchedOp => ({
  process,
  f: 'read',
  output,
  ...more,
});

function check(ops: readonly SketchedOp[], options = {}): ReturnType<typeof setChecker.check> {
  return setChecker.check(sketch(ops), contextWith(options));
}

const anomalies = (result: ReturnType<typeof check>): string[] => result.findings.map(({ anomaly }) => anomaly);

describe('set', () => {
  it('accepts a set that keeps what it acknowledged', () => {
    const result = check([
      add(0, 1, { node: 'n1' }),
      add(1, 2, { node: 'n2' }),
      read(0, [1, 2], { node: 'n1' }),
      read(1, [2, 1], { node: 'n2' }),
    ]);
    expect(result).toMatchObject({ verdict: 'valid', facts: { acknowledged: 2, present: 2, lost: 0 } });
  });

  it('finds an acknowledged element that no final read has, and proves it by the add and those reads', () => {
    const ops = [
      add(0, 17, { node: 'n1' }),
      add(1, 2, { node: 'n2' }),
      read(0, [2], { node: 'n1' }),
      read(1, [2], { node: 'n2' }),
    ];
    const result = check(ops);
    expect(result.verdict).toBe('invalid');
    expect(result.findings).toMatchObject([{ anomaly: 'lost', count: 1, ops: [0, 1, 4, 5, 6, 7] }]);
    expect(result.findings[0]?.message).toBe(
      'Element 17 was added by process 0 on n1 (acknowledged at 0.0015 s), and is in none of the 2 final reads (n1 and n2).',
    );
  });

  it('does not call an element lost that one node still has', () => {
    const result = check([add(0, 1, { node: 'n1' }), read(0, [1], { node: 'n1' }), read(1, [], { node: 'n2' })]);
    expect(result).toMatchObject({ verdict: 'valid', facts: { stale: 1 } });
  });

  it('says unknown where there is no final read, or a node gave none', () => {
    expect(check([add(0, 1)])).toMatchObject({ verdict: 'unknown', reason: 'the set has no final read' });
    const result = check([add(0, 1), read(0, [], { node: 'n1' })], { nodes: ['n1', 'n2'] });
    expect(result).toMatchObject({ verdict: 'unknown' });
    expect(result.reason).toContain('no final read from n2');
  });

  it('says unknown where nothing was added', () => {
    expect(check([read(0, [])])).toMatchObject({ verdict: 'unknown', reason: 'no element was ever added' });
  });

  it('only takes reads of the final phase as final', () => {
    const ops = [add(0, 1, { from: 1 }), read(0, [1], { from: 3 }), read(0, [], { from: 10 })];
    expect(check(ops, { finalFromNs: 9e6 }).verdict).toBe('invalid');
    expect(check(ops.slice(0, 2), { finalFromNs: 9e6 }).verdict).toBe('unknown');
  });

  it('does not judge an element by a read that began before its acknowledgement', () => {
    const result = check([add(0, 1, { from: 1, to: 9 }), read(1, [], { from: 5, to: 20 })]);
    expect(result).toMatchObject({ verdict: 'unknown', facts: { notJudged: 1 } });
  });

  it('finds elements that nobody added, that were added later, and whose add had failed', () => {
    const result = check([
      add(0, 1),
      add(1, 2, { type: 'fail', errorCode: 'not-sent' }),
      read(0, [1, 2, 3, 4]),
      add(1, 4),
      read(0, [1, 4]),
    ]);
    expect(anomalies(result)).toEqual(['unexpected', 'unexpected', 'unexpected']);
    expect(result.findings.map(({ message }) => message.split('although ')[1])).toEqual([
      'its add by process 1 had definitely failed (not-sent).',
      'nobody ever tried to add it.',
      'its add by process 1 only began later.',
    ]);
  });

  it('finds an element twice in one read', () => {
    const result = check([add(0, 1), read(0, [1, 1])]);
    expect(result.findings).toMatchObject([{ anomaly: 'duplicated', ops: [0, 1, 2, 3] }]);
  });

  it('counts adds in doubt that turned out to be there, and forgives those that did not', () => {
    const result = check([
      add(0, 1, { type: 'info', errorCode: 'timeout' }),
      add(1, 2, { to: Infinity, from: 2 }),
      add(2, 3),
      read(0, [1, 3]),
    ]);
    expect(result).toMatchObject({ verdict: 'valid', facts: { recovered: 1, acknowledged: 1, attempted: 3 } });
  });

  it('counts stale reads, and calls them violations where linearizability is asked', () => {
    const ops = [add(0, 1), add(0, 2), read(1, [1]), read(1, [1, 2])];
    expect(check(ops)).toMatchObject({ verdict: 'valid', facts: { stale: 1 } });
    const result = check(ops, { level: 'linearizable' });
    expect(result.findings).toMatchObject([{ anomaly: 'stale', ops: [2, 3, 4, 5, 6, 7] }]);
    expect(result.findings[0]?.message).toBe(
      'Element 2 was added by process 0 (acknowledged at 0.003 s), but 1 read that began later missed it, first that of process 1 at 0.0045 s.',
    );
  });

  it('knows an element from a read already, before its add is acknowledged', () => {
    const ops = [
      add(0, 1, { from: 1, to: 50 }),
      read(1, [1], { from: 2 }),
      read(2, [], { from: 4 }),
      read(2, [1], { from: 60 }),
    ];
    const result = check(ops, { level: 'linearizable' });
    expect(result.findings).toMatchObject([{ anomaly: 'stale' }]);
    expect(
      setChecker.check(keepOps(sketch(ops), result.findings[0]!.ops), contextWith({ level: 'linearizable' })).verdict,
    ).toBe('invalid');
  });

  it('judges each key on its own', () => {
    const result = check([
      add(0, 1, { key: 'a' }),
      add(0, 1, { key: 'b' }),
      read(0, [1], { key: 'a' }),
      read(0, [], { key: 'b' }),
    ]);
    expect(result.findings).toMatchObject([{ anomaly: 'lost', key: 'b' }]);
    expect(result.findings[0]?.message).toContain('Element 1 of key "b"');
  });

  it('gives the first ten violations a finding each and counts the rest in one', () => {
    const adds = Array.from({ length: 30 }, (_, element) => add(0, element));
    const result = check([...adds, read(0, [])]);
    expect(result.findings).toHaveLength(11);
    expect(result.findings.at(-1)?.count).toBe(20);
    expect(result.findings.reduce((sum, { count }) => sum + count, 0)).toBe(30);
  });

  it('is not fooled by answers that are not lists', () => {
    expect(check([add(0, 1), { process: 0, f: 'read', output: 7 }])).toMatchObject({ verdict: 'unknown' });
  });

  it('stops at its budget', () => {
    const ops = Array.from({ length: 10_000 }, (_, element) => add(0, element));
    const history = sketch([...ops, read(0, [])]);
    expect(setChecker.check(history, contextWith({}, { timeMs: -1 }))).toMatchObject({ verdict: 'unknown' });
    expect(setChecker.check(history, contextWith({}, { memoryBytes: 1000 })).reason).toContain('memory budget');
  });

  it('refuses options of the wrong type', () => {
    expect(() => check([add(0, 1)], { finalFromNs: 'soon' })).toThrow('check option finalFromNs: expected a number');
  });
});

describe('findings of set', () => {
  const histories: [string, SketchedOp[], string | undefined][] = [
    ['lost', [add(0, 9), add(0, 1), read(1, [1]), read(2, [1])], undefined],
    ['unexpected', [add(0, 1), read(1, [1, 5]), read(2, [1])], undefined],
    ['duplicated', [add(0, 1), add(0, 2), read(1, [1, 2, 1])], undefined],
    ['stale', [add(0, 1), add(0, 2), read(1, [2]), read(1, [1, 2])], 'linearizable'],
  ];
  it.each(histories)('%s still fails when taken alone', (anomaly, ops, level) => {
    const history = sketch(ops);
    const context = contextWith(level === undefined ? {} : { level });
    const [finding] = setChecker.check(history, context).findings;
    expect(finding?.anomaly).toBe(anomaly);
    expect(setChecker.check(keepOps(history, finding!.ops), context).findings.map((alone) => alone.anomaly)).toContain(
      anomaly,
    );
  });
});

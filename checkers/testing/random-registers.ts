import fc from 'fast-check';
import type { History } from '../../harness/kernel/history.ts';
import { sketch, type SketchedOp } from './sketch.ts';

/** Sizes of {@link randomRegisters}. */
export interface RegisterSizes {
  readonly processes: number;
  readonly keys: number;
  readonly operations: number;
  /** Whether compare-and-sets occur. */
  readonly cas: boolean;
  /** Whether operations crash and fail. */
  readonly crashes: boolean;
  /** Whether reads return values that nobody wrote. */
  readonly strays: boolean;
}

/**
 * Random small histories of registers with unique writes. Reads return any value of their key, mostly, so that all
 * kinds of anomalies occur; values are 1, 2, 3, ... over all keys.
 */
export function randomRegisters(sizes: RegisterSizes): fc.Arbitrary<History> {
  const op = fc.record({
    process: fc.nat(sizes.processes - 1),
    key: fc.nat(sizes.keys - 1),
    kind: fc.constantFrom('read', 'read', 'write', ...(sizes.cas ? ['cas'] : [])),
    pick: fc.nat(30),
    length: fc.integer({ min: 1, max: 6 }),
    fate: fc.nat(19),
  });
  return fc.array(op, { minLength: 1, maxLength: sizes.operations }).map((drafts) => historyOfDrafts(drafts, sizes));
}

interface Draft {
  readonly process: number;
  readonly key: number;
  readonly kind: string;
  readonly pick: number;
  readonly length: number;
  readonly fate: number;
}

function historyOfDrafts(drafts: readonly Draft[], sizes: RegisterSizes): History {
  const valuesOf = new Map<number, number[]>();
  for (const [index, { key, kind }] of drafts.entries()) {
    if (kind === 'read') continue;
    valuesOf.set(key, [...(valuesOf.get(key) ?? []), index + 1]);
  }
  const freeAt = new Map<number, number>();
  const renamed = new Map<number, number>();
  let next = sizes.processes;
  const ops: SketchedOp[] = [];
  for (const [index, { process: drawn, key, kind, pick, length, fate }] of drafts.entries()) {
    const process = renamed.get(drawn) ?? drawn;
    const from = Math.max(freeAt.get(drawn) ?? 0, index * 2 + (pick % 2)) + 0.01 * (index + 1);
    const to = from + length;
    freeAt.set(drawn, to + 0.001);
    const values = [null, ...(valuesOf.get(key) ?? []), ...(sizes.strays ? [999] : [])];
    const value = values[pick % values.length] ?? null;
    const written = index + 1;
    const type = sizes.crashes && fate === 0 ? 'info' : sizes.crashes && fate === 1 ? 'fail' : 'ok';
    if (type === 'info') renamed.set(drawn, next++);
    ops.push({
      process,
      key: `k${key}`,
      f: kind,
      type,
      from,
      to,
      ...(type === 'fail' ? { errorCode: 'not-sent' } : {}),
      input: kind === 'read' ? null : kind === 'write' ? written : [value, written],
      output: kind === 'read' ? value : null,
    });
  }
  return sketch(ops);
}

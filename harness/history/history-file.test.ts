import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { FaultEvent } from '../kernel/fault.ts';
import type { History } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { Op, OpDraft } from '../kernel/op.ts';
import { historyOf } from './history-builder.ts';
import * as layout from './history-file-layout.ts';
import { HistoryWriter, writeHistoryFile } from './history-writer.ts';
import { decodeHistoryFile, readHistoryFile, sha256OfFile } from './read-history-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-history-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FAULT: FaultEvent = {
  faultId: 'f1',
  kind: 'kill',
  phase: 'effective',
  timeNs: 15,
  fault: { id: 'f1', kind: 'kill', nodes: ['n1'] },
  observation: { phase: 'effective', probe: 'process-state', firstSeenNs: 12, lastSeenNs: 15, detail: 'n1 is gone' },
};

function entriesOf(history: History): Op[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index));
}

function bytesOf(history: History): Buffer {
  const path = join(folder, 'bytes.fl');
  writeHistoryFile(path, history);
  return readFileSync(path);
}

/** Entries of a well-formed history out of arbitrary steps: a step either opens or completes its process's operation. */
function wellFormed(steps: readonly (readonly [number, number, number, string, JsonValue, OpDraft])[]): OpDraft[] {
  const open = new Map<number, OpDraft>();
  let timeNs = 0;
  return steps.map(([deltaNs, process, completion, f, value, details]) => {
    timeNs += deltaNs;
    const invoked = open.get(process);
    if (invoked === undefined) {
      const invocation: OpDraft = { ...details, timeNs, process, type: 'invoke', f, value };
      open.set(process, invocation);
      return invocation;
    }
    open.delete(process);
    const { key: _, ...others } = details;
    // A completion has its invocation's key or none.
    const key = invoked.key === undefined || details.key === undefined ? {} : { key: invoked.key };
    const type = (['ok', 'fail', 'info'] as const)[completion] ?? 'info';
    return { ...others, ...key, timeNs, process, type, f: invoked.f, value };
  });
}

const jsonValue = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', '__proto__', 'read', '\ud800'));
const details = fc.record(
  {
    key: fc.oneof(fc.nat(), fc.integer(), text),
    node: fc.constantFrom('n1', 'n2', 'n3'),
    error: fc.record({ code: text, message: text }, { requiredKeys: ['code'] }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<OpDraft>;
const drafts = fc
  .array(
    fc.tuple(
      fc.oneof(fc.nat(1000), fc.constant(0.5), fc.constant(2 ** 40)),
      fc.oneof(fc.nat(4), fc.constantFrom(1_000_000, 0x7fffffff)),
      fc.nat(2),
      fc.oneof(fc.constantFrom('read', 'write'), text),
      fc.oneof(fc.constant(null), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), text, jsonValue),
      details,
    ),
    { maxLength: 60 },
  )
  .map(wellFormed);

describe('history file', () => {
  it('gives back what was written, whatever was written', () => {
    fc.assert(
      fc.property(drafts, fc.boolean(), (entries, withFault) => {
        const history = historyOf(entries, withFault ? [FAULT] : []);
        const read = decodeHistoryFile(bytesOf(history), 'bytes.fl');
        expect(read.complete).toBe(true);
        expect(entriesOf(read.history)).toEqual(entriesOf(history));
        expect(read.history.columns.pair).toEqual(history.columns.pair);
        expect(read.history.faults).toEqual(history.faults);
      }),
      { numRuns: 150 },
    );
  });

  it('gives a prefix when cut off anywhere, and never calls it complete', () => {
    const history = sample(150);
    const bytes = bytesOf(history);
    const all = entriesOf(history);
    let longest = 0;
    for (let size = 0; size < bytes.length; size++) {
      const read = decodeHistoryFile(bytes.subarray(0, size), 'cut.fl');
      expect(read.complete).toBe(false);
      expect(read.lastGoodIndex).toBe(read.history.length - 1);
      if (read.history.length !== longest) expect(entriesOf(read.history)).toEqual(all.slice(0, read.history.length));
      expect(read.history.length).toBeGreaterThanOrEqual(longest);
      longest = read.history.length;
    }
    expect(longest).toBe(history.length);
  });

  it('loses at most 4 KiB of small records to a cut end', () => {
    const history = sample(3000);
    const bytes = bytesOf(history);
    for (const share of [0.3, 0.5, 0.9]) {
      const size = Math.floor(bytes.length * share);
      expect(decodeHistoryFile(bytes.subarray(0, size), 'cut.fl').ignoredBytes).toBeLessThan(4096);
    }
  });

  it('never turns a changed byte into another history', () => {
    const history = sample(100);
    const bytes = bytesOf(history);
    const all = entriesOf(history);
    for (let position = 0; position < bytes.length; position++) {
      const changed = Buffer.from(bytes);
      changed[position] = (changed[position] ?? 0) ^ (1 << (position % 8));
      let read;
      try {
        read = decodeHistoryFile(changed, 'changed.fl');
      } catch (error) {
        expect(error).toMatchObject({ name: 'HarnessError', code: 'usage' });
        continue;
      }
      expect(read.complete).toBe(false);
      expect(entriesOf(read.history)).toEqual(all.slice(0, read.history.length));
    }
  });

  it('names the position of damage in the middle', () => {
    const bytes = bytesOf(sample(2000));
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
    expect(() => decodeHistoryFile(bytes, 'damaged.fl')).toThrow(/^damaged\.fl is damaged at byte \d+: .* checksum/);
  });

  it('refuses a missing block, bytes behind the end, another version, and what is no history file', () => {
    const bytes = bytesOf(sample(2000));
    const second = bytes.indexOf('\xfbBLK', 20, 'latin1');
    const third = bytes.indexOf('\xfbBLK', second + 1, 'latin1');
    const without = Buffer.concat([bytes.subarray(0, second), bytes.subarray(third)]);
    expect(() => decodeHistoryFile(without, 'gap.fl')).toThrow(/damaged at byte/);
    expect(() => decodeHistoryFile(Buffer.concat([bytes, bytes.subarray(11)]), 'long.fl')).toThrow(/end record/);
    const newer = Buffer.from(bytes);
    newer[9] = 2;
    expect(() => decodeHistoryFile(newer, 'newer.fl')).toThrow('newer.fl has history format 2');
    expect(() => decodeHistoryFile(Buffer.from('GIF89a'), 'x.gif')).toThrow('is not a Faultline history file');
    expect(() => readHistoryFile(join(folder, 'none.fl'))).toThrow(/no such file/);
  });

  it('has the same bytes for the same appends, and other bytes only where flushed', () => {
    const write = (name: string, flushEvery: number): string => {
      const writer = new HistoryWriter(join(folder, name));
      for (const entry of entriesOf(sample(500))) {
        writer.append(entry);
        if (entry.index % flushEvery === 0) writer.flush();
      }
      writer.close();
      return sha256OfFile(writer.path);
    };
    expect(write('a.fl', 7)).toBe(write('b.fl', 7));
    expect(write('c.fl', Infinity)).not.toBe(write('b.fl', 7));
    expect(sha256OfFile(join(folder, 'a.fl'))).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has flushed entries on disk before it is closed', () => {
    const writer = new HistoryWriter(join(folder, 'open.fl'));
    const entries = entriesOf(sample(10));
    for (const entry of entries) writer.append(entry);
    writer.appendFault(FAULT);
    writer.flush();
    const read = readHistoryFile(writer.path);
    expect(read).toMatchObject({ complete: false, lastGoodIndex: entries.length - 1, ignoredBytes: 0 });
    expect(read.history.faults).toEqual([FAULT]);
    writer.abandon();
  });

  it('leaves out an entry that cannot follow, and goes on', () => {
    const writer = new HistoryWriter(join(folder, 'refused.fl'));
    writer.append({ timeNs: 5, process: 1, type: 'invoke', f: 'read', value: null });
    const refused: OpDraft[] = [
      { timeNs: 6, process: 1, type: 'invoke', f: 'read', value: null },
      { timeNs: 6, process: 2, type: 'ok', f: 'read', value: null },
      { timeNs: 4, process: 2, type: 'invoke', f: 'read', value: null },
      { timeNs: NaN, process: 2, type: 'invoke', f: 'read', value: null },
      { timeNs: 6, process: -1, type: 'invoke', f: 'read', value: null },
      { timeNs: 6, process: 1, type: 'ok', f: 'write', value: null },
      { timeNs: 6, process: 1, type: 'ok', f: 'read', value: [NaN] },
    ];
    for (const entry of refused) expect(() => writer.append(entry)).toThrow(/^entry 1: |^a value is/);
    writer.append({ timeNs: 6, process: 1, type: 'ok', f: 'read', value: [1] });
    writer.close();
    expect(entriesOf(readHistoryFile(writer.path).history)).toHaveLength(2);
  });

  it('says in one line that the disk is full', () => {
    const writer = new HistoryWriter('/dev/full');
    writer.append({ timeNs: 5, process: 1, type: 'invoke', f: 'read', value: null });
    expect(() => writer.flush()).toThrow(
      expect.objectContaining({ code: 'storage', message: expect.stringMatching(/^cannot write .*no space.*$/) }),
    );
    expect(() => writer.append({ timeNs: 6, process: 2, type: 'invoke', f: 'read', value: null })).toThrow(/no space/);
    writer.abandon();
    expect(() => new HistoryWriter(join(folder, 'no', 'such', 'x.fl'))).toThrow(/no such folder/);
  });

  it('gives up on a crafted end that looks like blocks over and over', () => {
    const magic = Buffer.from('\xfbBLK', 'latin1');
    const fake = Buffer.concat([magic, Buffer.alloc(12, 1)]);
    const bytes = Buffer.concat([bytesOf(sample(1)).subarray(0, 11), ...Array.from({ length: 2000 }, () => fake)]);
    expect(() => decodeHistoryFile(bytes, 'crafted.fl')).toThrow(/damaged at byte 11: more than 1000 beginnings/);
  });

  it('reads a header followed by nothing sound as an empty, incomplete history', () => {
    const path = join(folder, 'header.fl');
    writeFileSync(path, bytesOf(sample(1)).subarray(0, 11));
    expect(readHistoryFile(path)).toMatchObject({ complete: false, lastGoodIndex: -1, ignoredBytes: 0 });
  });
});

/** A register history with all the columns in use. */
function sample(operations: number): History {
  const entries: OpDraft[] = [];
  for (let operation = 0; operation < operations; operation++) {
    const process = operation % 3;
    const f = operation % 2 === 0 ? 'write' : 'read';
    const at = { process, f, key: operation % 5 === 0 ? 'k' : operation % 4, node: `n${process}` };
    entries.push({ ...at, timeNs: operation * 20, type: 'invoke', value: f === 'write' ? operation : null });
    const outcome = operation % 7;
    if (outcome === 0)
      entries.push({ ...at, timeNs: operation * 20 + 9, type: 'info', value: null, error: { code: 't' } });
    else if (outcome === 1) {
      const error = { code: 'reset', message: `connection ${operation}` };
      entries.push({ ...at, timeNs: operation * 20 + 9, type: 'fail', value: 'né', error });
    } else entries.push({ ...at, timeNs: operation * 20 + 9, type: 'ok', value: [operation, { a: true, b: [] }] });
  }
  return historyOf(entries, [FAULT]);
}

/** The bytes of a file up to its first block, the payload of which is changed and its checksum right. */
function withPayload(bytes: Buffer, change: (payload: Buffer) => Buffer): Buffer {
  const start = layout.FILE_HEADER_SIZE;
  const size = bytes.readUInt32LE(start + layout.BLOCK_SIZE_OFFSET);
  const header = start + layout.BLOCK_HEADER_SIZE;
  const payload = change(Buffer.from(bytes.subarray(header, header + size)));
  const changed = Buffer.concat([bytes.subarray(0, header), payload]);
  changed.writeUInt32LE(payload.length, start + layout.BLOCK_SIZE_OFFSET);
  changed.writeUInt32LE(layout.blockCrc(changed.subarray(start)), start + layout.BLOCK_CRC_OFFSET);
  return changed;
}

describe('a history file that is no history, with its checksums right', () => {
  const VALUE = 0.123;
  const TIME = 0.25;
  const written = bytesOf(historyOf([{ timeNs: TIME, process: 0, type: 'invoke', f: 'write', value: VALUE }]));
  const double = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  };
  const replaced =
    (value: number, by: number) =>
    (payload: Buffer): Buffer => {
      const at = payload.indexOf(double(value));
      expect(at).toBeGreaterThan(0);
      double(by).copy(payload, at);
      return payload;
    };
  const untimed = (payload: Buffer): Buffer => {
    const at = payload.indexOf(double(TIME));
    expect(payload[at - 1]).toBe(layout.RECORD_TIME);
    return Buffer.concat([payload.subarray(0, at - 1), payload.subarray(at + 8)]);
  };

  it.each([
    ['a value that is no number', replaced(VALUE, NaN), 'expected a finite number, NaN came'],
    ['a value beyond all numbers', replaced(VALUE, -Infinity), 'expected a finite number, -Infinity came'],
    ['a time that is no number', replaced(TIME, NaN), 'time NaN ns after -Infinity ns'],
    ['a time beyond all numbers', replaced(TIME, Infinity), 'time Infinity ns after -Infinity ns'],
    ['an entry without a time before it', untimed, 'an entry before the first time'],
  ])('is refused: %s', (_, change, message) => {
    expect(() => decodeHistoryFile(withPayload(written, change), 'other.fl')).toThrow(message);
  });
});

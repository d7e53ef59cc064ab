import { NULL_CODE } from '../../../harness/kernel/history.ts';
import { decodeColumns } from '../../run/column-codec.ts';
import {
  ANSWER_NULL,
  NEVER,
  TIMELINE_COLUMNS,
  type RunPageHead,
  type TimelineColumn,
} from '../../run/run-page-data.ts';

/** The operations of the page as columns, in order of invocation. Times are in units of the head's `unitNs`. */
export interface TimelineOperations {
  readonly count: number;
  readonly start: Uint32Array;
  /** Completion; the end of the run where it never came. */
  readonly end: Uint32Array;
  /** 1 where no completion ever came. */
  readonly never: Uint8Array;
  readonly process: Uint32Array;
  /** The worker that ran the process: processes that succeed each other share one. */
  readonly worker: Uint32Array;
  readonly node: Uint16Array;
  readonly f: Uint16Array;
  readonly outcome: Uint8Array;
  readonly key: Int32Array;
  readonly argument: Int32Array;
  readonly answer: Int32Array;
  readonly error: Uint16Array;
  readonly invokeEntry: Uint32Array;
  readonly completionEntry: Uint32Array;
  /** End of the run. */
  readonly endOfRun: number;
}

/** Reads the page's block of columns. */
export function timelineOperations(bytes: Uint8Array, head: RunPageHead): TimelineOperations {
  const count = head.operations;
  const columns = decodeColumns(TIMELINE_COLUMNS, bytes, count);
  const u8 = (name: TimelineColumn): Uint8Array => columnOf(columns, name, Uint8Array);
  const u16 = (name: TimelineColumn): Uint16Array => columnOf(columns, name, Uint16Array);
  const u32 = (name: TimelineColumn): Uint32Array => columnOf(columns, name, Uint32Array);
  const i32 = (name: TimelineColumn): Int32Array => new Int32Array(u32(name).buffer);
  const start = u32('start');
  const end = u32('duration');
  const answer = i32('answer');
  const argument = i32('argument');
  const completionEntry = u32('completionEntry');
  const invokeEntry = u32('invokeEntry');
  const process = u32('process');
  const never = new Uint8Array(count);
  const worker = new Uint32Array(count);
  const workers = head.concurrency > 0 ? head.concurrency : Infinity;
  const endOfRun = Math.ceil((head.durationMs * 1e6) / head.unitNs);
  for (let operation = 0; operation < count; operation++) {
    const duration = end[operation] ?? 0;
    never[operation] = duration === NEVER ? 1 : 0;
    end[operation] = duration === NEVER ? endOfRun : (start[operation] ?? 0) + duration;
    const coded = answer[operation] ?? 0;
    answer[operation] = coded >>> 0 === ANSWER_NULL ? NULL_CODE : coded + (argument[operation] ?? 0);
    completionEntry[operation] = (completionEntry[operation] ?? 0) + (invokeEntry[operation] ?? 0);
    const id = process[operation] ?? 0;
    worker[operation] = workers === Infinity ? id : id % workers;
  }
  return {
    count,
    start,
    end,
    never,
    process,
    worker,
    node: u16('node'),
    f: u16('f'),
    outcome: u8('outcome'),
    key: i32('key'),
    argument,
    answer,
    error: u16('error'),
    invokeEntry,
    completionEntry,
    endOfRun: Math.max(1, endOfRun),
  };
}

type Column = Uint8Array | Uint16Array | Uint32Array;

function columnOf<Kind extends Column>(
  columns: ReadonlyMap<string, Column>,
  name: TimelineColumn,
  kind: new () => Kind,
): Kind {
  const column = columns.get(name);
  if (!(column instanceof kind)) throw new Error(`the page's data has no column ${name}`);
  return column;
}

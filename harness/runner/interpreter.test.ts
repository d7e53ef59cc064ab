import { describe, expect, it } from 'vitest';
import { chain, clients, each, limit, nemesis, sleep, together } from '../generators/index.ts';
import type { ClientOpener, ClientSession } from '../kernel/client.ts';
import type { Generator } from '../kernel/generator.ts';
import type { Op, OpDraft } from '../kernel/op.ts';
import { fail, info, ok, type Outcome } from '../kernel/outcome.ts';
import { randomOf } from '../kernel/random.ts';
import { historyOf } from '../history/index.ts';
import { EventQueue } from '../environments/sim/event-queue.ts';
import { VirtualScheduler } from '../environments/sim/virtual-scheduler.ts';
import { Interpreter } from './interpreter.ts';

const read = { f: 'read', value: null };
const reads: Generator = each(() => read);
const never = new AbortController().signal;

type Answer = (process: number, call: number) => { readonly afterMs: number; readonly outcome: Outcome } | undefined;

interface World {
  readonly time: VirtualScheduler;
  readonly entries: OpDraft[];
  readonly interpreter: Interpreter;
  readonly closed: number[];
  opened: number;
}

/** An interpreter in virtual time whose clients answer as told; `undefined` is no answer at all. */
function world(
  answer: Answer,
  options: { readonly refuse?: (process: number) => boolean; readonly concurrency?: number } = {},
): World {
  const time = new VirtualScheduler(new EventQueue(), () => Promise.resolve());
  const entries: OpDraft[] = [];
  const closed: number[] = [];
  let calls = 0;
  const openClient: ClientOpener = ({ process }, _deadlineMs, opened) => {
    created.opened++;
    if (options.refuse?.(process) === true) return opened({ error: { code: 'not-sent', message: 'refused' } });
    const session: ClientSession = {
      start(_invocation, _deadline, complete) {
        const answered = answer(process, calls++);
        if (answered !== undefined) time.at(time.nowNs() + answered.afterMs * 1e6, () => complete(answered.outcome));
      },
      close: () => closed.push(process),
    };
    opened({ session });
  };
  const interpreter = new Interpreter({
    time,
    nodes: ['n1', 'n2'],
    concurrency: options.concurrency ?? 2,
    openClient,
    opTimeoutMs: 100,
    random: randomOf(1),
    record: (entry) => entries.push(entry) - 1,
    nemesis: (action, done) => {
      faults.push(action.action);
      time.at(time.nowNs() + 50e6, done);
    },
  });
  const faults: string[] = [];
  const created: World = { time, entries, interpreter, closed, opened: 0 };
  return created;
}

function lines(entries: readonly OpDraft[]): string[] {
  return entries.map(
    (op) => `${op.timeNs / 1e6} p${op.process} ${op.type}${op.error === undefined ? '' : ` ${op.error.code}`}`,
  );
}

describe('Interpreter', () => {
  it('records an invocation before its answer, and the history is well-formed', async () => {
    const { interpreter, entries } = world(() => ({ afterMs: 10, outcome: ok(1) }));
    await interpreter.run(clients(limit(3, reads)), never);
    expect(lines(entries)).toEqual(['0 p0 invoke', '0 p1 invoke', '10 p0 ok', '10 p0 invoke', '10 p1 ok', '20 p0 ok']);
    expect(historyOf(entries).length).toBe(6);
  });

  it('binds a process to its node and keeps its session while answers are definite', async () => {
    const spied = world((_process, call) => ({ afterMs: 1, outcome: call % 2 === 0 ? ok(1) : fail('no-leader') }));
    await spied.interpreter.run(clients(limit(8, reads)), never);
    expect(spied.opened).toBe(2);
    expect(new Set(spied.entries.map((op: OpDraft) => `${op.process}@${op.node}`))).toEqual(new Set(['0@n1', '1@n2']));
  });

  it('turns silence into info at the timeout, and the worker goes on as a new process', async () => {
    const { interpreter, entries, closed } = world(
      (_process, call) => (call === 0 ? undefined : { afterMs: 1, outcome: ok(1) }),
      {
        concurrency: 1,
      },
    );
    await interpreter.run(clients(limit(2, reads)), never);
    expect(lines(entries)).toEqual(['0 p0 invoke', '100 p0 info timeout', '100 p1 invoke', '101 p1 ok']);
    expect(closed).toEqual([0]);
  });

  it('ignores an answer that comes after the timeout', async () => {
    const { interpreter, entries } = world((process) => ({ afterMs: process === 0 ? 150 : 5, outcome: ok(process) }), {
      concurrency: 1,
    });
    await interpreter.run(clients(chain(limit(1, reads), sleep(200), limit(1, reads))), never);
    expect(lines(entries)).toEqual(['0 p0 invoke', '100 p0 info timeout', '300 p1 invoke', '305 p1 ok']);
  });

  it('records an operation that never left as fail, and backs off before the next', async () => {
    const { interpreter, entries } = world(() => ({ afterMs: 1, outcome: ok(1) }), {
      concurrency: 1,
      refuse: () => true,
    });
    await interpreter.run(clients(limit(2, reads)), never);
    expect(entries.map((op) => [op.type, op.error?.code])).toEqual([
      ['invoke', undefined],
      ['fail', 'not-sent'],
      ['invoke', undefined],
      ['fail', 'not-sent'],
    ]);
    expect((entries[2] as Op).timeNs - (entries[1] as Op).timeNs).toBeGreaterThanOrEqual(100e6);
  });

  it('records a client that throws as info', async () => {
    const { interpreter, entries } = world(() => {
      throw new Error('driver bug');
    });
    await interpreter.run(clients(limit(1, reads)), never);
    expect(entries.at(-1)).toMatchObject({ type: 'info', error: { code: 'client-threw' } });
  });

  it('records an indeterminate answer as it comes', async () => {
    const { interpreter, entries } = world(() => ({ afterMs: 1, outcome: info('reset') }));
    await interpreter.run(clients(limit(1, reads)), never);
    expect(entries.at(-1)).toMatchObject({ type: 'info', process: 0, error: { code: 'reset' } });
  });

  it('ends only when fault actions are done, and never makes them wait', async () => {
    const { interpreter, time } = world(() => ({ afterMs: 1, outcome: ok(1) }));
    const action = { action: 'stop', faultId: 'x' } as const;
    const twice: Generator = { draw: () => ({ kind: 'fault', action, next: once }) };
    const once: Generator = { draw: () => ({ kind: 'fault', action, next: { draw: () => ({ kind: 'done' }) } }) };
    await interpreter.run(together(clients(limit(2, reads)), nemesis(twice)), never);
    expect(time.nowNs()).toBe(50e6);
  });

  it('goes on with the same processes in a second run', async () => {
    const { interpreter, entries } = world(
      (_process, call) => (call === 0 ? undefined : { afterMs: 1, outcome: ok(1) }),
      {
        concurrency: 1,
      },
    );
    await interpreter.run(clients(limit(1, reads)), never);
    await interpreter.run(clients(limit(1, reads)), never);
    expect(entries.map((op) => op.process)).toEqual([0, 0, 1, 1]);
  });

  it('stops at an abort and leaves what is in flight open', async () => {
    const abort = new AbortController();
    const { interpreter, entries, time } = world(() => ({ afterMs: 30, outcome: ok(1) }));
    time.at(70e6, () => abort.abort());
    await expect(interpreter.run(clients(reads), abort.signal)).rejects.toThrow();
    interpreter.close();
    const last = entries.at(-1);
    expect(last?.timeNs).toBeLessThanOrEqual(70e6);
    expect(historyOf(entries).length).toBe(entries.length);
  });

  it('reports a generator that gives the nemesis a client operation', async () => {
    const { interpreter } = world(() => ({ afterMs: 1, outcome: ok(1) }));
    await expect(interpreter.run(reads, never)).rejects.toThrow('clients(...)');
  });
});

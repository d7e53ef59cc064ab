import { describe, expect, test } from 'vitest';
import type { AsyncClientSession, OpenResult } from '../kernel/client.ts';
import { ok, type Outcome } from '../kernel/outcome.ts';
import { adaptAsyncClients, type AsyncOpener } from './async-sessions.ts';

const binding = { node: 'n1', process: 0 };
const read = { f: 'read', value: null };

function session(invoke: AsyncClientSession['invoke']): AsyncClientSession {
  return { invoke, close: async () => undefined };
}

function open(opener: AsyncOpener, deadlineMs = 1_000): Promise<{ result: OpenResult; wakes: () => number }> {
  let wakes = 0;
  return new Promise((resolve) => {
    adaptAsyncClients(opener, () => wakes++)(binding, deadlineMs, (result) => resolve({ result, wakes: () => wakes }));
  });
}

async function outcomeOf(invoke: AsyncClientSession['invoke'], deadlineMs: number): Promise<Outcome> {
  const { result } = await open(async () => session(invoke));
  return new Promise((resolve) => result.session!.start(read, deadlineMs, resolve));
}

describe('promise clients behind callbacks', () => {
  test('an answer is the outcome, and the scheduler is woken', async () => {
    const { result, wakes } = await open(async () => session(async () => ok(7)));
    const outcome = await new Promise((resolve) => result.session!.start(read, 1_000, resolve));
    expect(outcome).toEqual(ok(7));
    await new Promise((resolve) => setImmediate(resolve));
    expect(wakes()).toBe(2);
  });

  test('a rejection is info', async () => {
    const outcome = await outcomeOf(() => Promise.reject(new Error('broken pipe')), 1_000);
    expect(outcome).toEqual({ type: 'info', error: { code: 'client-error', message: 'broken pipe' } });
  });

  test('a driver that ignores its signal is info at the deadline, and its late answer is dropped', async () => {
    const outcomes: Outcome[] = [];
    let aborted = false;
    const { result } = await open(async () =>
      session((_, signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise((resolve) => setTimeout(() => resolve(ok(1)), 25));
      }),
    );
    result.session!.start(read, 5, (outcome) => outcomes.push(outcome));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(aborted).toBe(true);
    expect(outcomes).toMatchObject([{ type: 'info', error: { code: 'timeout' } }]);
  });

  test('a refused opening is a definite failure', async () => {
    const { result } = await open(() => Promise.reject(new Error('refused')));
    expect(result.error).toEqual({ code: 'not-sent', message: 'refused' });
  });

  test('an opening that takes too long is given up once, and what it opens late is closed', async () => {
    let closed = 0;
    let opened = 0;
    adaptAsyncClients(
      () =>
        new Promise((resolve) =>
          setTimeout(() => resolve({ invoke: async () => ok(null), close: async () => void closed++ }), 20),
        ),
      () => undefined,
    )(binding, 5, ({ error }) => {
      opened++;
      expect(error?.code).toBe('not-sent');
    });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect({ opened, closed }).toEqual({ opened: 1, closed: 1 });
  });

  test('closing aborts the operation under way', async () => {
    const { result } = await open(async () =>
      session(
        (_, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      ),
    );
    const outcome = new Promise<Outcome>((resolve) => result.session!.start(read, 5_000, resolve));
    result.session!.close();
    expect(await outcome).toMatchObject({ type: 'info' });
  });
});

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { AsyncClientSession } from '../harness/kernel/client.ts';
import { openHostedSession } from './hosted-connection.ts';
import { REGISTER_CODEC } from './hosted-operations.ts';

const READ = { f: 'read', key: 'k', value: null } as const;

describe('a client of the process host', () => {
  let server: Server | undefined;
  afterEach(() => new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve()))));

  /** A session with a server that does `onLine` with each request. */
  async function session(onLine: (socket: Socket, id: number) => void): Promise<AsyncClientSession> {
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => onLine(socket, Number((JSON.parse(String(data)) as { id: number }).id)));
    });
    server = listener;
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    return openHostedSession(REGISTER_CODEC, { host: '127.0.0.1', port }, AbortSignal.timeout(2_000));
  }

  async function outcomeOf(onLine: (socket: Socket, id: number) => void, deadlineMs = 2_000): Promise<unknown> {
    const client = await session(onLine);
    try {
      return await client.invoke(READ, AbortSignal.timeout(deadlineMs));
    } finally {
      await client.close();
    }
  }

  it.each([
    ['an answer', { response: { ok: 7 } }, { type: 'ok', value: 7 }],
    ['a refusal of the protocol', { response: { fail: 'no-leader' } }, { type: 'fail', error: { code: 'no-leader' } }],
    ['a refusal of the host', { refused: 'overloaded' }, { type: 'fail', error: { code: 'overloaded' } }],
    ['gibberish', { response: 7 }, { type: 'info', error: { code: 'unreadable' } }],
  ])('understands %s', async (_, answer, outcome) => {
    const said = await outcomeOf((socket, id) => socket.write(`${JSON.stringify({ id, ...answer })}\n`));
    expect(said).toMatchObject(outcome);
  });

  it('is in doubt when the connection is cut with a request open', async () => {
    expect(await outcomeOf((socket) => socket.resetAndDestroy())).toMatchObject({
      type: 'info',
      error: { code: 'reset' },
    });
    expect(await outcomeOf((socket) => socket.end())).toMatchObject({ type: 'info', error: { code: 'reset' } });
  });

  it('is in doubt when no answer comes before the deadline', async () => {
    expect(await outcomeOf(() => undefined, 50)).toMatchObject({ type: 'info', error: { code: 'timeout' } });
  });

  it('has failed for sure when the connection ended before', async () => {
    const client = await session((socket) => socket.destroy());
    await client.invoke(READ, AbortSignal.timeout(2_000));
    expect(await client.invoke(READ, AbortSignal.timeout(2_000))).toMatchObject({
      type: 'fail',
      error: { code: 'not-sent' },
    });
    await client.close();
  });

  it('has failed for sure when it does not know the operation', async () => {
    const client = await session(() => expect.unreachable());
    expect(await client.invoke({ f: 'drop', value: 1 }, AbortSignal.timeout(2_000))).toMatchObject({
      type: 'fail',
      error: { code: 'unsupported' },
    });
    await client.close();
  });

  it('does not open where nobody listens', async () => {
    const where = { host: '127.0.0.1', port: 1 };
    await expect(openHostedSession(REGISTER_CODEC, where, AbortSignal.timeout(2_000))).rejects.toThrow(/ECONNREFUSED/);
  });
});

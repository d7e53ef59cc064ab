import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ok } from '../kernel/outcome.ts';
import { freePorts } from '../environments/process/free-ports.ts';
import { connectHttp, outcomeOf, outcomeOfError, type HttpClient } from './http-client.ts';

const HOST = '127.0.0.1';
const signal = new AbortController().signal;

/** A client of a server that is gone: its next request needs a connection and gets none. */
async function lonelyClient(): Promise<HttpClient> {
  const server = createServer((_, response) => void response.end('1')).listen(0, HOST);
  await once(server, 'listening');
  const client = await connectHttp({ host: HOST, port: (server.address() as AddressInfo).port }, signal);
  await client.request('GET', '/', undefined, signal);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await new Promise((resolve) => setTimeout(resolve, 20));
  return client;
}

describe('what an error of a client means', () => {
  it('is fail where no connection was to be had before anything was sent', async () => {
    const client = await lonelyClient();
    const [port = 0] = await freePorts(HOST, 1);
    const outcomes = [
      await outcomeOf(async () => ok((await client.request('GET', '/', undefined, signal)).body)),
      await outcomeOf(async () => {
        await connectHttp({ host: HOST, port }, signal);
        return ok(null);
      }),
    ];
    await client.close();
    for (const outcome of outcomes) expect(outcome).toMatchObject({ type: 'fail', error: { code: 'not-sent' } });
  });

  it('is info where the operation had sent something elsewhere', async () => {
    const server = createServer((_, response) => void response.end('1')).listen(0, HOST);
    await once(server, 'listening');
    const first = await connectHttp({ host: HOST, port: (server.address() as AddressInfo).port }, signal);
    const second = await lonelyClient();
    const outcome = await outcomeOf(async () => {
      await first.request('PUT', '/', 1, signal);
      return ok((await second.request('PUT', '/', 1, signal)).body);
    });
    await Promise.all([first.close(), second.close()]);
    server.close();
    expect(outcome).toMatchObject({ type: 'info', error: { message: expect.stringContaining('ECONNREFUSED') } });
  });

  it("is info for other clients' connections, and for errors of nobody's operation", async () => {
    const [port = 0] = await freePorts(HOST, 1);
    const foreign = Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect', code: 'ECONNREFUSED' });
    expect(await outcomeOf(() => Promise.reject(foreign))).toMatchObject({ type: 'info' });
    const own = await connectHttp({ host: HOST, port }, signal).catch((error: unknown) => error);
    expect(outcomeOfError(own)).toMatchObject({ type: 'info' });
  });
});

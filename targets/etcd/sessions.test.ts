import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classify } from './classify.ts';
import { EtcdRefusal } from './gateway.ts';
import { openSession } from './sessions.ts';

describe('what etcd refuses', () => {
  test.each([
    ['etcdserver: request timed out', 'info', 'server-timeout'],
    ['etcdserver: request timed out, possibly due to previous leader failure', 'info', 'server-timeout'],
    ['etcdserver: leader changed', 'info', 'leader-changed'],
    ['etcdserver: no leader', 'info', 'no-leader'],
    ['etcdserver: server stopped', 'info', 'server-stopped'],
    ['etcdserver: mvcc: database space exceeded', 'info', 'no-space'],
    ['etcdserver: too many requests', 'fail', 'overloaded'],
    ['etcdserver: request is too large', 'fail', 'too-large'],
    ['grpc: received message larger than max (3000008 vs. 2097152)', 'fail', 'too-large'],
    ['etcdserver: key is not provided', 'fail', 'bad-request'],
    ['etcdserver: duplicate key given in txn request', 'fail', 'bad-request'],
    ['context deadline exceeded', 'info', 'server-timeout'],
    ['context canceled', 'info', 'server-timeout'],
    ['transport is closing', 'info', 'unavailable'],
    ['all SubConns are in TransientFailure, latest connection error: refused', 'info', 'unavailable'],
    ['etcdserver: something new', 'info', 'grpc-14'],
  ])('%s is %s', (message, type, code) => {
    expect(classify(new EtcdRefusal(message, 503, 14))).toEqual({ type, error: { code, message } });
  });
});

describe('what the transport says', () => {
  const failed = (fields: object): Error => Object.assign(new Error('said'), fields);
  test.each([
    [{ syscall: 'connect', code: 'ECONNREFUSED' }, 'fail', 'not-sent'],
    [{ syscall: 'connect', code: 'EHOSTUNREACH' }, 'fail', 'not-sent'],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'fail', 'not-sent'],
    [{ syscall: 'read', code: 'ECONNRESET' }, 'info', 'reset'],
    [{ syscall: 'read', code: 'EHOSTUNREACH' }, 'info', 'client-error'],
    [{ syscall: 'write', code: 'EPIPE' }, 'info', 'reset'],
    [{ code: 'UND_ERR_SOCKET' }, 'info', 'reset'],
    [{ name: 'AbortError' }, 'info', 'timeout'],
    [{ name: 'TimeoutError' }, 'info', 'timeout'],
    [{ code: 'UND_ERR_ABORTED' }, 'info', 'timeout'],
    [{}, 'info', 'client-error'],
  ])('%o is %s', (fields, type, code) => {
    expect(classify(failed(fields))).toEqual({ type, error: { code, message: 'said' } });
  });

  test('anything thrown at all is info', () => {
    expect(classify(undefined)).toMatchObject({ type: 'info' });
    expect(classify('text')).toMatchObject({ type: 'info', error: { message: 'text' } });
  });
});

describe('a session over a real connection', () => {
  let server: Server;
  let reply: (path: string, body: string) => { status: number; text: string } | 'hang' | 'reset';
  let connections = 0;
  const never = new AbortController().signal;
  const port = (): number => (server.address() as AddressInfo).port;
  const answer = (value: unknown, status = 200) => ({ status, text: JSON.stringify(value) });

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const said = reply(request.url ?? '', body);
        if (said === 'reset') request.socket.destroy();
        else if (said !== 'hang')
          response.writeHead(said.status, { 'content-type': 'application/json' }).end(said.text);
      });
    });
    server.on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const encode = (text: string): string => Buffer.from(text).toString('base64');

  test('says registers and sets to the gateway over one connection', async () => {
    connections = 0;
    const asked: unknown[] = [];
    const answers: unknown[] = [{ kvs: [{ value: encode('12') }] }, {}, { header: {} }, { succeeded: true }, {}];
    reply = (path, body) => {
      asked.push([path, JSON.parse(body)]);
      return answer(answers.shift());
    };
    const session = await openSession('register', '127.0.0.1', never, port());
    const key = 'k3';
    expect(await session.invoke({ f: 'read', key, value: null }, never)).toEqual({ type: 'ok', value: 12 });
    expect(await session.invoke({ f: 'read', key, value: null }, never)).toEqual({ type: 'ok', value: null });
    expect(await session.invoke({ f: 'write', key, value: 5 }, never)).toEqual({ type: 'ok', value: null });
    expect(await session.invoke({ f: 'cas', key, value: [5, 6] }, never)).toEqual({ type: 'ok', value: null });
    expect(await session.invoke({ f: 'cas', key, value: [5, 7] }, never)).toMatchObject({
      type: 'fail',
      error: { code: 'precondition' },
    });
    await session.close();
    expect(connections).toBe(1);
    const where = encode('register/k3');
    expect(asked[2]).toEqual(['/v3/kv/put', { key: where, value: encode('5') }]);
    expect(asked[3]).toEqual([
      '/v3/kv/txn',
      {
        compare: [{ key: where, target: 'VALUE', result: 'EQUAL', value: encode('5') }],
        success: [{ requestPut: { key: where, value: encode('6') } }],
      },
    ]);
  });

  test('reads a set in numeric order', async () => {
    reply = () => answer({ kvs: [10, 9, 100].map((element) => ({ key: encode(`set//${element}`) })) });
    const session = await openSession('set', '127.0.0.1', never, port());
    expect(await session.invoke({ f: 'read', value: null }, never)).toEqual({ type: 'ok', value: [9, 10, 100] });
    expect(await session.invoke({ f: 'no-such', value: null }, never)).toMatchObject({ type: 'fail' });
    await session.close();
  });

  test('refusals, garbage, resets and deadlines are what they are, once', async () => {
    let requests = 0;
    const session = await openSession('register', '127.0.0.1', never, port());
    const write = (signal = never) => {
      requests = 0;
      return session.invoke({ f: 'write', key: 1, value: 1 }, signal);
    };
    const counting = (said: ReturnType<typeof reply>) => () => (requests++, said);
    reply = counting(answer({ error: 'etcdserver: too many requests', code: 8 }, 429));
    expect(await write()).toMatchObject({ type: 'fail', error: { code: 'overloaded' } });
    reply = counting({ status: 200, text: '<html>' });
    expect(await write()).toMatchObject({ type: 'info', error: { code: 'grpc-none' } });
    reply = counting('reset');
    expect(await write()).toMatchObject({ type: 'info', error: { code: 'reset' } });
    expect(requests).toBe(1);
    reply = counting('hang');
    expect(await write(AbortSignal.timeout(30))).toMatchObject({ type: 'info', error: { code: 'timeout' } });
    expect(requests).toBe(1);
    reply = counting(answer({}));
    expect(await write()).toEqual({ type: 'ok', value: null });
    await session.close();
  });

  test('a node that is down is known when the session opens, and when it goes down later', async () => {
    const other = createServer((_, response) => response.end('{}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const otherPort = (other.address() as AddressInfo).port;
    const session = await openSession('register', '127.0.0.1', never, otherPort);
    expect(await session.invoke({ f: 'write', key: 1, value: 1 }, never)).toMatchObject({ type: 'ok' });
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
    // Let the end of the connection arrive.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await session.invoke({ f: 'write', key: 1, value: 1 }, never)).toMatchObject({
      type: 'fail',
      error: { code: 'not-sent' },
    });
    await session.close();
    await expect(openSession('register', '127.0.0.1', never, otherPort)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

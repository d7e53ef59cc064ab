import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { classify } from './classify.ts';
import { ConnectFailure, ConnectionLost } from './connection.ts';
import { encodeCommand, ErrorReply, ReplyReader } from './reply.ts';
import { openSession } from './sessions.ts';

describe('what Redis refuses', () => {
  test.each([
    ["READONLY You can't write against a read only replica.", 'fail', 'read-only'],
    ['NOREPLICAS Not enough good replicas to write.', 'fail', 'no-replicas'],
    ['MASTERDOWN Link with MASTER is down', 'fail', 'primary-down'],
    ['LOADING Redis is loading the dataset in memory', 'fail', 'loading'],
    ['MISCONF Redis is configured to save RDB snapshots', 'fail', 'cannot-persist'],
    ['OOM command not allowed', 'fail', 'out-of-memory'],
    ['BUSY Redis is busy running a script.', 'fail', 'busy'],
    ['NOAUTH Authentication required.', 'fail', 'not-allowed'],
    ['NOPERM this user has no permissions', 'fail', 'not-allowed'],
    ['ERR Error running script', 'info', 'reply-err'],
    ['UNBLOCKED force unblock', 'info', 'reply-unblocked'],
  ])('%s is %s', (message, type, code) => {
    expect(classify(new ErrorReply(message))).toEqual({ type, error: { code, message } });
  });
});

describe('what the transport says', () => {
  test.each([
    [new ConnectFailure('h:1', new Error('refused')), 'fail', 'not-sent'],
    [new ConnectionLost('h:1', undefined), 'info', 'reset'],
    [new DOMException('late', 'TimeoutError'), 'info', 'timeout'],
    [new DOMException('given up', 'AbortError'), 'info', 'timeout'],
    [new Error('odd'), 'info', 'client-error'],
    [undefined, 'info', 'client-error'],
  ])('%s is %s', (error, type, code) => {
    expect(classify(error)).toMatchObject({ type, error: { code } });
  });
});

/** A server that answers each command by a function; undefined is no answer, null closes the connection. */
class FakeServer {
  readonly commands: string[] = [];
  connections = 0;
  readonly #server: Server;

  constructor(answer: (words: readonly string[]) => string | undefined | null) {
    this.#server = createServer((socket: Socket) => {
      this.connections++;
      const reader = new ReplyReader();
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        reader.push(chunk);
        const words = reader.read() as readonly string[];
        this.commands.push(words.join(' '));
        const said = answer(words);
        if (said === null) socket.destroy();
        else if (said !== undefined) socket.write(said);
      });
      this.#sockets.add(socket);
    });
  }

  readonly #sockets = new Set<Socket>();

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('a session follows its Sentinel', () => {
  const never = new AbortController().signal;
  const servers: FakeServer[] = [];
  const start = async (answer: ConstructorParameters<typeof FakeServer>[0]): Promise<[FakeServer, number]> => {
    const server = new FakeServer(answer);
    servers.push(server);
    return [server, await server.listen()];
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  test('asks it before each operation, and says registers and sets to whom it names', async () => {
    const answers = ['$2\r\n12\r\n', '$-1\r\n', '+OK\r\n', ':1\r\n', ':0\r\n'];
    const [first, firstPort] = await start(() => answers.shift());
    const [second, secondPort] = await start(() => '*3\r\n$2\r\n10\r\n$1\r\n9\r\n$3\r\n100\r\n');
    let named = firstPort;
    const [sentinel, sentinelPort] = await start(() => encodeCommand(['127.0.0.1', String(named)]));
    const session = await openSession('register', '127.0.0.1', never, sentinelPort);
    const key = 'k';
    expect(await session.invoke({ f: 'read', key, value: null }, never)).toEqual({ type: 'ok', value: 12 });
    expect(await session.invoke({ f: 'read', key, value: null }, never)).toEqual({ type: 'ok', value: null });
    expect(await session.invoke({ f: 'write', key, value: 3 }, never)).toEqual({ type: 'ok', value: null });
    expect(await session.invoke({ f: 'cas', key, value: [3, 4] }, never)).toEqual({ type: 'ok', value: null });
    expect(await session.invoke({ f: 'cas', key, value: [3, 5] }, never)).toMatchObject({ type: 'fail' });
    await session.close();
    expect(first.commands.slice(0, 3)).toEqual(['GET register:k', 'GET register:k', 'SET register:k 3']);
    expect([sentinel.connections, first.connections, sentinel.commands.length]).toEqual([1, 1, 5]);
    named = secondPort;
    const set = await openSession('set', '127.0.0.1', never, sentinelPort);
    expect(await set.invoke({ f: 'read', value: null }, never)).toEqual({ type: 'ok', value: [9, 10, 100] });
    await set.close();
    expect(second.commands).toEqual(['SMEMBERS set:']);
  });

  test('whatever goes wrong before the primary is asked is a definite failure', async () => {
    let answer: string | undefined | null = '*-1\r\n';
    const [, port] = await start(() => answer);
    const session = await openSession('set', '127.0.0.1', never, port);
    const add = (signal = never) => session.invoke({ f: 'add', value: 1 }, signal);
    expect(await add()).toMatchObject({ type: 'fail', error: { code: 'not-sent' } });
    answer = encodeCommand(['127.0.0.1', '1']);
    expect(await add()).toMatchObject({ type: 'fail', error: { code: 'not-sent' } });
    answer = undefined;
    expect(await add(AbortSignal.timeout(20))).toMatchObject({ type: 'fail', error: { code: 'not-sent' } });
    answer = null;
    expect(await add()).toMatchObject({ type: 'fail', error: { code: 'not-sent' } });
    await session.close();
    await expect(openSession('set', '127.0.0.1', never, 1)).rejects.toBeInstanceOf(ConnectFailure);
  });

  test('what goes wrong after the command was sent is in doubt, and is not sent again', async () => {
    let answer: string | undefined | null = null;
    const [primary, primaryPort] = await start(() => answer);
    const [, port] = await start(() => encodeCommand(['127.0.0.1', String(primaryPort)]));
    const session = await openSession('set', '127.0.0.1', never, port);
    const add = (signal = never) => session.invoke({ f: 'add', value: 1 }, signal);
    expect(await add()).toMatchObject({ type: 'info', error: { code: 'reset' } });
    answer = undefined;
    expect(await add(AbortSignal.timeout(20))).toMatchObject({ type: 'info', error: { code: 'timeout' } });
    answer = '?\r\n';
    expect(await add()).toMatchObject({ type: 'info', error: { code: 'reset' } });
    answer = '-READONLY no\r\n';
    expect(await add()).toMatchObject({ type: 'fail', error: { code: 'read-only' } });
    expect(primary.commands).toHaveLength(4);
    await session.close();
  });
});

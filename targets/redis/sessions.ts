import type { AsyncClientSession } from '../../harness/kernel/client.ts';
import type { Invocation, Key } from '../../harness/kernel/op.ts';
import { fail, NOT_SENT, ok } from '../../harness/kernel/outcome.ts';
import type { Outcome } from '../../harness/kernel/outcome.ts';
import { classify } from './classify.ts';
import { connectRedis } from './connection.ts';
import type { RedisConnection } from './connection.ts';
import type { Reply } from './reply.ts';
import { parsePrimaryAddress, PRIMARY_NAME, SENTINEL_PORT } from './sentinel.ts';

/** The command of an operation, and what its reply means. */
interface Operation {
  readonly words: (invocation: Invocation) => readonly string[];
  readonly outcome: (reply: Reply) => Outcome;
}

const COMPARE_AND_SET = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) return 1 end return 0`;

/** Operations by workload and name. All of them go to the primary. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  register: {
    read: {
      words: ({ key }) => ['GET', registerKey(key)],
      outcome: (reply) => ok(reply === null ? null : Number(reply)),
    },
    write: {
      words: ({ key, value }) => ['SET', registerKey(key), JSON.stringify(value)],
      outcome: () => ok(null),
    },
    cas: {
      words: ({ key, value }) => {
        const [expected, replacement] = value as readonly [number, number];
        return ['EVAL', COMPARE_AND_SET, '1', registerKey(key), String(expected), String(replacement)];
      },
      outcome: (reply) => (reply === 1 ? ok(null) : fail('precondition')),
    },
  },
  set: {
    add: {
      words: ({ key, value }) => ['SADD', setKey(key), JSON.stringify(value)],
      outcome: () => ok(null),
    },
    read: {
      words: ({ key }) => ['SMEMBERS', setKey(key)],
      outcome: (reply) => ok((reply as readonly string[]).map(Number).sort((left, right) => left - right)),
    },
  },
};

/** Operations that this target offers, by workload. */
export const OFFERS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(OPERATIONS).map(([workload, operations]) => [workload, Object.keys(operations)]),
);

/**
 * Opens a session bound to one node: before each operation it asks that node's Sentinel who is primary, and sends the
 * operation there. It follows its Sentinel and nobody else, into the minority as well. One command, no retry. Rejects where
 * the node cannot be reached.
 */
export async function openSession(
  workload: string,
  address: string,
  signal: AbortSignal,
  sentinelPort: number = SENTINEL_PORT,
): Promise<AsyncClientSession> {
  const operations = OPERATIONS[workload];
  if (operations === undefined) throw new RangeError(`redis offers no workload ${workload}`);
  const sentinel = new Link();
  const primary = new Link();
  await sentinel.to(address, sentinelPort, signal);
  return {
    async invoke(invocation, deadline) {
      const operation = operations[invocation.f];
      if (operation === undefined) return fail('unsupported', `redis offers no ${invocation.f} in ${workload}`);
      let connection: RedisConnection;
      try {
        const asked = await sentinel.to(address, sentinelPort, deadline);
        const reply = await asked.command(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', PRIMARY_NAME], deadline);
        const named = parsePrimaryAddress(reply);
        connection = await primary.to(named.address, named.port, deadline);
      } catch (error) {
        // Whatever went wrong on the way to the primary: the operation itself was not sent.
        return fail(NOT_SENT, error instanceof Error ? error.message : String(error));
      }
      try {
        return operation.outcome(await connection.command(operation.words(invocation), deadline));
      } catch (error) {
        return classify(error);
      }
    },
    async close() {
      sentinel.close();
      primary.close();
    },
  };
}

/** At most one open connection, to the place that was asked for last. */
class Link {
  #where = '';
  #connection: RedisConnection | undefined;

  async to(address: string, port: number, signal: AbortSignal): Promise<RedisConnection> {
    const where = `${address}:${port}`;
    if (this.#where === where && this.#connection?.isUsable() === true) return this.#connection;
    this.close();
    this.#where = where;
    this.#connection = await connectRedis(address, port, signal);
    return this.#connection;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

function registerKey(key: Key | undefined): string {
  return `register:${key ?? ''}`;
}

function setKey(key: Key | undefined): string {
  return `set:${key ?? ''}`;
}

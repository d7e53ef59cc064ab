import type { AsyncClientSession } from '../../harness/kernel/client.ts';
import type { JsonObject, JsonValue } from '../../harness/kernel/json.ts';
import type { Invocation, Key } from '../../harness/kernel/op.ts';
import { fail, ok } from '../../harness/kernel/outcome.ts';
import type { Outcome } from '../../harness/kernel/outcome.ts';
import { classify } from './classify.ts';
import { connectGateway } from './gateway.ts';
import type { EtcdGateway } from './gateway.ts';

/** What an operation does with its one connection. */
type Operation = (gateway: EtcdGateway, invocation: Invocation, signal: AbortSignal) => Promise<Outcome>;

/** Operations by workload and name. All reads are linearizable, which is etcd's default. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  register: { read: readRegister, write: writeRegister, cas: compareAndSet },
  set: { add: addElement, read: readSet },
};

/** Operations that this target offers, by workload. */
export const OFFERS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(OPERATIONS).map(([workload, operations]) => [workload, Object.keys(operations)]),
);

/** Opens a session on one node: one connection, one request at a time, no retry. Rejects where the node cannot be reached. */
export async function openSession(
  workload: string,
  address: string,
  signal: AbortSignal,
  port?: number,
): Promise<AsyncClientSession> {
  const operations = OPERATIONS[workload];
  if (operations === undefined) throw new RangeError(`etcd offers no workload ${workload}`);
  const gateway = await connectGateway(address, signal, port);
  return {
    async invoke(invocation, signal) {
      const operation = operations[invocation.f];
      if (operation === undefined) return fail('unsupported', `etcd offers no ${invocation.f} in ${workload}`);
      try {
        return await operation(gateway, invocation, signal);
      } catch (error) {
        return classify(error);
      }
    },
    close: () => gateway.close(),
  };
}

async function readRegister(gateway: EtcdGateway, { key }: Invocation, signal: AbortSignal): Promise<Outcome> {
  const answer = await gateway.post('/v3/kv/range', { key: registerKey(key) }, signal);
  const [found] = pairsOf(answer);
  return ok(found === undefined ? null : Number(decode(found['value'])));
}

async function writeRegister(gateway: EtcdGateway, { key, value }: Invocation, signal: AbortSignal): Promise<Outcome> {
  await gateway.post('/v3/kv/put', { key: registerKey(key), value: encode(JSON.stringify(value)) }, signal);
  return ok(null);
}

async function compareAndSet(gateway: EtcdGateway, { key, value }: Invocation, signal: AbortSignal): Promise<Outcome> {
  const [expected, replacement] = value as readonly [number, number];
  const where = registerKey(key);
  const answer = await gateway.post(
    '/v3/kv/txn',
    {
      compare: [{ key: where, target: 'VALUE', result: 'EQUAL', value: encode(String(expected)) }],
      success: [{ requestPut: { key: where, value: encode(String(replacement)) } }],
    },
    signal,
  );
  // The gateway leaves out members that have their type's zero value.
  return answer['succeeded'] === true ? ok(null) : fail('precondition');
}

async function addElement(gateway: EtcdGateway, { key, value }: Invocation, signal: AbortSignal): Promise<Outcome> {
  await gateway.post('/v3/kv/put', { key: encode(`${setPrefix(key)}/${JSON.stringify(value)}`), value: '' }, signal);
  return ok(null);
}

/** An element is a key of its own under the set's prefix, so that adding needs no read before it. */
async function readSet(gateway: EtcdGateway, { key }: Invocation, signal: AbortSignal): Promise<Outcome> {
  const prefix = setPrefix(key);
  // The range ends before the byte that follows the slash.
  const range = { key: encode(`${prefix}/`), range_end: encode(`${prefix}0`), keys_only: true };
  const pairs = pairsOf(await gateway.post('/v3/kv/range', range, signal));
  const elements = pairs.map((pair) => Number(decode(pair['key']).slice(prefix.length + 1)));
  return ok(elements.sort((left, right) => left - right));
}

function registerKey(key: Key | undefined): string {
  return encode(`register/${key ?? ''}`);
}

function setPrefix(key: Key | undefined): string {
  return `set/${key ?? ''}`;
}

function pairsOf(answer: JsonObject): readonly JsonObject[] {
  return (answer['kvs'] ?? []) as readonly JsonObject[];
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function decode(encoded: JsonValue | undefined): string {
  return Buffer.from(typeof encoded === 'string' ? encoded : '', 'base64').toString();
}

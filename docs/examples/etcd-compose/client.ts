import { connectHttp, defineClient, info, ok, type ComposeClient } from 'faultline';

/** How the etcd nodes are used: reads and writes through the JSON gateway. */
export const client: ComposeClient = defineClient({
  offers: { register: ['read', 'write'] },
  promises: { register: { level: 'linearizable', keepsAcknowledged: true, conditions: 'while a majority is up' } },
  port: 2379,
  peerPort: 2380,
  clockedProcesses: ['etcd'],
  async openClient({ host, port, signal }) {
    const http = await connectHttp({ host, port }, signal);
    return {
      async invoke({ f, key, value }, deadline) {
        const name = encode(String(key));
        const { status, body } =
          f === 'write'
            ? await http.request('POST', '/v3/kv/put', { key: name, value: encode(JSON.stringify(value)) }, deadline)
            : await http.request('POST', '/v3/kv/range', { key: name }, deadline);
        // etcd may refuse after it has proposed: only an answer is certain.
        if (status !== 200) return info('refused', JSON.stringify(body));
        if (f === 'write') return ok(value);
        const [entry] = (body as { readonly kvs?: readonly { readonly value: string }[] }).kvs ?? [];
        return ok(entry === undefined ? null : Number(Buffer.from(entry.value, 'base64').toString()));
      },
      close: () => http.close(),
    };
  },
  /** Ready once every node answers a linearizable read. */
  async ready(nodes, signal) {
    const silent = await Promise.all(
      [...nodes].map(async ([name, endpoint]) => {
        try {
          const http = await connectHttp(endpoint, signal);
          const { status } = await http.request('POST', '/v3/kv/range', { key: encode('ready') }, signal);
          await http.close();
          return status === 200 ? [] : [name];
        } catch {
          return [name];
        }
      }),
    );
    return silent.flat().length === 0 || `${silent.flat().join(', ')} to answer`;
  },
});

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

import { fileURLToPath } from 'node:url';
import { connectHttp, defineService, fail, info, ok, type ServiceNode, type Target } from 'faultline';

const SERVER = fileURLToPath(new URL('./server.mjs', import.meta.url));

/** How the key-value store is started, asked, and what it promises. */
export const target: Target = defineService({
  name: 'kv-store',
  description: 'a toy key-value store: one leader, followers that pass on what they are asked',
  offers: { kv: ['read', 'write'], register: ['read', 'write'] },
  promises: {
    kv: { level: 'linearizable', keepsAcknowledged: true, conditions: 'always; answers while the leader is up' },
    register: { level: 'linearizable', keepsAcknowledged: true, conditions: 'always; answers while the leader is up' },
  },
  nodes: 3,
  process: { command: (node) => [process.execPath, SERVER, configurationOf(node)] },
  async openClient({ host, port, signal }) {
    const http = await connectHttp({ host, port }, signal);
    return {
      async invoke({ f, key, value }, deadline) {
        const path = `/kv/${key}`;
        const { status, body } =
          f === 'write'
            ? await http.request('PUT', path, { value }, deadline)
            : await http.request('GET', path, undefined, deadline);
        if (status === 503) return fail('no-leader');
        if (status !== 200) return info('no-answer', `status ${status}`);
        return ok(f === 'write' ? value : (body as { readonly value: number | null }).value);
      },
      close: () => http.close(),
    };
  },
});

function configurationOf({ name, host, port, peers, dataDirectory }: ServiceNode): string {
  const urls = new Map([[name, `http://${host}:${port}`]]);
  for (const [peer, endpoint] of peers) urls.set(peer, `http://${endpoint.host}:${endpoint.port}`);
  const leader = { name: 'n1', url: urls.get('n1') };
  const followers = [...urls].filter(([node]) => node !== leader.name).map(([, url]) => url);
  return JSON.stringify({ name, port, leader, followers, data: dataDirectory });
}

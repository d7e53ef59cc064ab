import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { startFaultline, temporaryStore } from '../../cli/testing/run-faultline.ts';
import type { Cluster } from '../../kernel/environment.ts';
import { nodeNames } from '../../kernel/node.ts';
import { randomOf } from '../../kernel/random.ts';
import type { ProcessSpec, Target } from '../../kernel/target.ts';
import { ClusterDriver } from '../testing/cluster-driver.ts';
import { freePorts } from './free-ports.ts';
import { processEnvironment, type ProcessEnvironmentParts } from './process-environment.ts';
import { processesMarked } from './testing/processes-marked.ts';

/** A target whose nodes run a line of JavaScript. */
function scripted(script: string, spec: Partial<ProcessSpec> = {}): Target {
  return {
    name: 'scripted',
    description: 'for tests',
    offers: { any: ['do'] },
    promises: {},
    faultModel: { kinds: ['kill', 'pause'], clockOffsetMsMax: 0, survivesKillOfAll: true },
    nodeCounts: { min: 1, max: 9, default: 1 },
    process: {
      process: ({ dataDirectory }) => ({
        command: [process.execPath, '-e', script],
        environment: { DATA: dataDirectory },
        ...spec,
      }),
      ready: async () => ({ ready: false, waitingFor: 'ever' }),
      openClient: () => Promise.reject(new Error('nobody listens')),
    },
  };
}

/** A target whose node listens where it was told to, and is ready once it does. */
function listener(): Target {
  const scriptedTarget = scripted('');
  const script =
    'require("net").createServer((socket) => socket.end("hello")).listen(Number(process.argv[1]), "127.0.0.1")';
  return {
    ...scriptedTarget,
    process: {
      process: ({ node, addresses }) => ({
        command: [process.execPath, '-e', script, String(addresses.get(node)?.clientPort)],
      }),
      async ready({ addresses }) {
        const socket = connect(addresses.get('n1')?.clientPort ?? 0, '127.0.0.1');
        // A stranger at the port hangs up.
        const greeted = await once(socket, 'data').then(
          () => true,
          () => false,
        );
        socket.destroy();
        return greeted ? { ready: true } : { ready: false, waitingFor: 'its greeting' };
      },
      openClient: () => Promise.reject(new Error('nobody listens')),
    },
  };
}

interface UpSettings extends ProcessEnvironmentParts {
  readonly readyTimeoutMs?: number;
  readonly progress?: (line: string) => void;
}

let count = 0;
function up(
  target: Target,
  runId: string,
  { readyTimeoutMs = 20_000, progress = () => {}, ...parts }: UpSettings = {},
): ReturnType<ReturnType<typeof processEnvironment>['up']> {
  const request = {
    runId,
    target,
    workload: 'any',
    nodes: nodeNames(1),
    random: randomOf(1),
    settings: {},
    readyTimeoutMs,
    progress,
  };
  return processEnvironment(parts).up(request, new AbortController().signal);
}

function freshRunId(): string {
  return `unit-${process.pid}-${count++}`;
}

async function leftovers(runId: string): Promise<readonly string[]> {
  const prefix = `faultline-process-${runId}-`;
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(prefix));
  return [...folders, ...(await processesMarked(prefix))];
}

describe('local processes', () => {
  it('says how a node ended that did not come up, with what it said last', async () => {
    const runId = freshRunId();
    await expect(up(scripted('console.error("no disk"); process.exit(3)'), runId)).rejects.toMatchObject({
      code: 'not-ready',
      message: 'node n1 of scripted ended with exit code 3 before the cluster was ready: no disk',
      detail: 'n1: no disk',
    });
    await expect(up(scripted('', { command: ['/no/such/program'] }), runId)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('node n1 cannot be started: spawn /no/such/program ENOENT'),
    });
    const noCommand = scripted('');
    const confused = { ...noCommand.process, process: () => expect.fail('no such variant') } as Target['process'];
    await expect(up({ ...noCommand, process: confused } as Target, runId)).rejects.toThrow('no such variant');
    expect(await leftovers(runId)).toEqual([]);
    const watchdogs = readdirSync('/proc').filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`faultline-process-${runId}-`);
      } catch {
        return false;
      }
    });
    expect(watchdogs).toEqual([]);
  });

  it('starts over on other ports where another program took one, and says so when that does not help', async () => {
    const runId = freshRunId();
    const other = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const said: string[] = [];
    const chosen: number[] = [];
    let taken = 1;
    const settings: UpSettings = {
      progress: (line) => said.push(line),
      async choosePorts(host, portCount) {
        const free = await freePorts(host, portCount);
        const ports = taken-- > 0 ? [port, ...free.slice(1)] : free;
        chosen.push(ports[0] ?? 0);
        return ports;
      },
    };
    try {
      const cluster = await up(listener(), runId, settings);
      await cluster.down();
      expect(chosen).toHaveLength(2);
      expect(said).toContain(
        `another program took port ${port} before its node did; starting over on other ports (2 of 3)`,
      );

      taken = Infinity;
      await expect(up(listener(), runId, settings)).rejects.toMatchObject({
        code: 'not-ready',
        message:
          'node n1 of scripted ended with exit code 1 before the cluster was ready: ' +
          `Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
      });
      expect(chosen).toHaveLength(5);
    } finally {
      other.close();
    }
    expect(await leftovers(runId)).toEqual([]);
  });

  it('kills what a node has started, also what left its process group', async () => {
    const runId = freshRunId();
    // The daemon outlives its parent in a session of its own.
    const daemon = `require('child_process').spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref()`;
    const target = scripted(`${daemon}; setInterval(() => {}, 1000)`);
    await expect(up(target, runId, { readyTimeoutMs: 1_500 })).rejects.toMatchObject({ code: 'not-ready' });
    expect(await leftovers(runId)).toEqual([]);
  });

  it('freezes all processes of a node', async () => {
    const runId = freshRunId();
    const child = `require('child_process').spawn('sleep', ['300'], { stdio: 'ignore' })`;
    const target = scripted(`${child}; setInterval(() => {}, 1000)`);
    const always: Target = {
      ...target,
      ...(target.process && { process: { ...target.process, ready: async () => ({ ready: true }) } }),
    };
    const cluster = await up(always, runId);
    try {
      const driver = new ClusterDriver(cluster);
      expect(await driver.inject({ id: 'p', kind: 'pause', nodes: ['n1'] })).toMatchObject({
        phase: 'effective',
        detail: 'n1 paused',
      });
      expect(await driver.inject({ id: 'k', kind: 'kill', nodes: ['n1'] })).toMatchObject({ phase: 'effective' });
      // Killed and paused: it starts again only to be frozen.
      expect(await driver.heal('k')).toMatchObject({ phase: 'healed', detail: 'n1 paused' });
      expect(await driver.heal('p')).toMatchObject({ phase: 'healed', detail: 'n1 running' });
      const cut = { id: 'c', kind: 'partition', cut: [{ from: 'n1', to: 'n2' }] } as const;
      expect(await driver.inject(cut)).toMatchObject({ phase: 'ineffective', probe: 'none' });
    } finally {
      await cluster.down();
    }
    expect(await leftovers(runId)).toEqual([]);
  });

  it('counts no fault on a node that died by itself, and does not bring it back', async () => {
    const runId = freshRunId();
    // Ends as soon as its folder says so.
    const script = `setInterval(() => { if (fs.existsSync(process.env.DATA + '/end')) process.exit(7); }, 10)`;
    const folder = { path: '' };
    const target: Target = {
      ...scripted(''),
      process: {
        process: ({ dataDirectory }) => {
          folder.path = dataDirectory;
          return { command: [process.execPath, '-e', script], environment: { DATA: dataDirectory } };
        },
        ready: async () => ({ ready: true }),
        openClient: () => Promise.reject(new Error('nobody listens')),
      },
    };
    const cluster = await up(target, runId);
    try {
      const driver = new ClusterDriver(cluster);
      writeFileSync(`${folder.path}/end`, '');
      const running = async (): Promise<number> => (await processesMarked(`faultline-process-${runId}-`)).length;
      await expect.poll(running, { timeout: 10_000 }).toBe(0);
      const gone = 'n1 dead by itself (ended with exit code 7)';
      for (const kind of ['pause', 'kill'] as const) {
        const seen = await driver.inject({ id: kind, kind, nodes: ['n1'] });
        expect(seen).toMatchObject({ phase: 'ineffective', detail: gone });
        expect(await driver.heal(kind)).toMatchObject({ phase: 'healed', detail: gone });
      }
    } finally {
      await cluster.down();
    }
    expect(await leftovers(runId)).toEqual([]);
  });

  it('ends the run with what a callback throws', async () => {
    const throws = (): never => {
      throw new Error('the disk is full');
    };
    const asks: readonly ((cluster: Cluster) => void)[] = [
      ({ faults }) => faults.inject({ id: 'k', kind: 'kill', nodes: ['n1'] }, throws),
      ({ faults }) => faults.heal('nope', throws),
      ({ faults }) => faults.primaries(throws),
      ({ faults }) => faults.clockOffsetsMs(throws),
      (cluster) => cluster.awaitRecovery(1, throws),
    ];
    const cluster = await up(listener(), freshRunId());
    try {
      for (const ask of asks) {
        const driven = cluster.time.drive(() => false, AbortSignal.timeout(5_000));
        ask(cluster);
        await expect(driven).rejects.toThrow('the disk is full');
      }
    } finally {
      await cluster.down();
    }
  });

  it('leaves nothing behind when the controller is killed', async () => {
    const store = temporaryStore();
    const seed = `kill9x${process.pid}`;
    const ours = async (): Promise<readonly string[]> => {
      const folders = readdirSync(tmpdir()).filter(
        (name) => name.startsWith('faultline-process-') && name.includes(seed),
      );
      return [...folders, ...(await Promise.all(folders.map((folder) => processesMarked(folder)))).flat()];
    };
    const running = startFaultline(
      'run',
      'raft',
      '--env=process',
      '--nodes=3',
      '--time-limit=300',
      `--seed=${seed}`,
      `--store=${store}`,
    );
    try {
      // A folder and three nodes.
      await expect.poll(ours, { timeout: 40_000, interval: 200 }).toHaveLength(4);
      const marks = (await ours()).filter((name) => name.startsWith('faultline'));
      running.kill('SIGKILL');
      await running;
      const left = async (): Promise<readonly string[]> => [
        ...(await ours()),
        ...(await Promise.all(marks.map((mark) => processesMarked(mark)))).flat(),
      ];
      await expect.poll(left, { timeout: 20_000, interval: 200 }).toEqual([]);
    } finally {
      running.kill('SIGKILL');
      rmSync(store, { recursive: true, force: true });
    }
  });
});

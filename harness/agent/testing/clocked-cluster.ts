import { execFileSync } from 'node:child_process';
import { createConnection } from 'node:net';
import type { AgentNode } from '../agent-protocol.ts';
import { runLabels } from '../run-labels.ts';
import type { FaketimeContainerSpec } from '../faketime.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tells its wall clock to whoever connects; perl is part of every Debian image. */
const CLOCK_SERVER = `
use IO::Socket::INET; use Time::HiRes qw(time);
my $server = IO::Socket::INET->new(LocalPort => 7000, Listen => 5, ReuseAddr => 1) or die;
while (1) { my $peer = $server->accept or next; printf $peer "%.6f\\n", time; close $peer; }
`;

const PORT = 7000;
const IMAGE = 'debian:bookworm-slim';
const CONNECT_TIMEOUT_MS = 2000;

/** Containers on a network of their own, each telling its time over TCP. */
export interface ClockedCluster {
  readonly runId: string;
  readonly nodes: readonly AgentNode[];
  /** Wall-clock offset of a node against this process, good to some milliseconds. Rejects when the node does not answer. */
  offsetMs(node: string): Promise<number>;
  /** Main process of a node as the host numbers it. */
  pid(node: string): number;
  remove(): void;
}

export function clockedCluster(
  runId: string,
  size: number,
  { faketime, labelled = true }: { readonly faketime?: FaketimeContainerSpec; readonly labelled?: boolean } = {},
): ClockedCluster {
  const labels = Object.entries(labelled ? runLabels(runId) : {}).flatMap(([key, value]) => [
    '--label',
    `${key}=${value}`,
  ]);
  const networkName = `${runId}-net`;
  docker('network', 'create', ...labels, networkName);
  const environment = Object.entries(faketime?.environment ?? {}).flatMap(([key, value]) => [
    '--env',
    `${key}=${value}`,
  ]);
  const nodes = Array.from({ length: size }, (_, index) => {
    const node = `n${index + 1}`;
    const options = ['--name', `${runId}-${node}`, '--network', networkName, '--init=false', ...labels, ...environment];
    const containerId = docker('create', ...options, IMAGE, 'perl', '-e', CLOCK_SERVER);
    for (const { path, content } of faketime?.files ?? []) {
      const directory = mkdtempSync(join(tmpdir(), 'faultline-test-'));
      const source = join(directory, 'file');
      writeFileSync(source, content, { mode: 0o755 });
      docker('cp', source, `${containerId}:${path}`);
      rmSync(directory, { recursive: true, force: true });
    }
    docker('start', containerId);
    const address = docker('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', containerId);
    return { node, containerId, address };
  });
  const find = (node: string): AgentNode => {
    const found = nodes.find((one) => one.node === node);
    if (!found) throw new Error(`no node ${node}`);
    return found;
  };
  return {
    runId,
    nodes,
    offsetMs: (node) => readOffset(find(node).address),
    pid: (node) => Number(docker('inspect', '-f', '{{.State.Pid}}', find(node).containerId)),
    remove() {
      docker('rm', '-f', ...nodes.map(({ containerId }) => containerId));
      docker('network', 'rm', networkName);
    },
  };
}

/** Runs the Docker command line and answers what it printed. */
export function docker(...args: readonly string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 }).trim();
}

/** Why the tests that need a Docker engine and root cannot run here; undefined where they can. */
export function whyNoDocker(): string | undefined {
  const demanded = process.env['FAULTLINE_REQUIRE_DOCKER'] === '1';
  const reason = missing();
  if (reason !== undefined && demanded) throw new Error(`FAULTLINE_REQUIRE_DOCKER=1, but ${reason}`);
  return reason;
}

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'the tests of the fault agent need root';
  try {
    docker('image', 'inspect', IMAGE);
    return undefined;
  } catch {
    return `no Docker engine with the image ${IMAGE} answers`;
  }
}

function readOffset(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port: PORT, timeout: CONNECT_TIMEOUT_MS });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.on('timeout', () => socket.destroy(new Error(`${host} did not answer`)));
    socket.on('error', reject);
    socket.on('end', () => resolve(Number(text) * 1000 - Date.now()));
  });
}

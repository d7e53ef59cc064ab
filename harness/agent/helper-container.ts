import { mkdirSync, readFileSync } from 'node:fs';
import { packTar } from '../environments/docker/tar.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { engineMessage, type DockerEngine } from './docker-engine.ts';
import { runLabels } from './run-labels.ts';

/** What an agent that does not run beside its controller needs to know. */
export interface HelperContainer {
  readonly runId: string;
  readonly journalDirectory: string;
  /** The bundled agent program. */
  readonly script: string;
}

const IMAGE = 'faultline-agent:1';
/** util-linux, for nsenter, is part of every Debian. */
const DOCKERFILE = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends nodejs iptables util-linux && rm -rf /var/lib/apt/lists/*
`;
const BUILD_TIMEOUT_MS = 300_000;
const SCRIPT_IN_CONTAINER = '/faultline-agent.mjs';

/**
 * The engine must let this container see the host's processes and networks, and write to their memory and control groups.
 * The capabilities are named one by one, because asking for all of them fails on hosts that lack one.
 */
const HOST_ACCESS = {
  AutoRemove: true,
  PidMode: 'host',
  NetworkMode: 'host',
  CgroupnsMode: 'host',
  CapAdd: ['NET_ADMIN', 'SYS_ADMIN', 'SYS_PTRACE'],
  SecurityOpt: ['apparmor=unconfined', 'seccomp=unconfined'],
} as const;

/**
 * Makes, but does not start, a container in which the agent of a run can work where its controller is not root on the
 * Docker host. Builds its image first where it is missing, once per machine, which needs a Debian mirror and half a minute.
 *
 * @returns its name
 * @throws HarnessError `environment` where the engine refuses
 */
export async function createHelperContainer(engine: DockerEngine, helper: HelperContainer): Promise<string> {
  const { runId, journalDirectory, script } = helper;
  await ensureImage(engine);
  // The engine would make it for root only.
  mkdirSync(journalDirectory, { recursive: true, mode: 0o700 });
  const name = `faultline-agent-${runId.replace(/[^\w.-]/g, '_')}`;
  const binds = [`${engine.socketPath}:${engine.socketPath}`, `${journalDirectory}:${journalDirectory}`];
  const created = await engine.call('POST', `/containers/create?name=${encodeURIComponent(name)}`, {
    body: {
      Image: IMAGE,
      Cmd: ['node', SCRIPT_IN_CONTAINER],
      OpenStdin: true,
      StdinOnce: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Labels: runLabels(runId),
      HostConfig: { ...HOST_ACCESS, Binds: [...binds, '/sys/fs/cgroup:/sys/fs/cgroup'] },
    },
  });
  if (created.status !== 201) throw refusal('create', engineMessage(created));
  const program = packTar([{ path: SCRIPT_IN_CONTAINER, content: readFileSync(script) }]);
  const copied = await engine.call('PUT', `/containers/${encodeURIComponent(name)}/archive?path=/`, { body: program });
  if (copied.status !== 200) {
    await engine.call('DELETE', `/containers/${encodeURIComponent(name)}?force=1`);
    throw refusal('fill', engineMessage(copied));
  }
  return name;
}

async function ensureImage(engine: DockerEngine): Promise<void> {
  const present = await engine.call('GET', `/images/${IMAGE}/json`);
  if (present.status === 200) return;
  const context = packTar([{ path: 'Dockerfile', content: DOCKERFILE }]);
  const built = await engine.call('POST', `/build?t=${IMAGE}&rm=1&forcerm=1`, {
    body: context,
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  // A build that fails says so in its output only.
  if ((await engine.call('GET', `/images/${IMAGE}/json`)).status === 200) return;
  const output = typeof built.body === 'string' ? built.body : JSON.stringify(built.body);
  const reason = /"error":"((?:[^"\\]|\\.)*)"/.exec(output)?.[1] ?? engineMessage(built);
  throw refusal(`build the image ${IMAGE} of`, reason);
}

function refusal(verb: string, reason: string): HarnessError {
  return new HarnessError('environment', `cannot ${verb} the fault agent's container: ${reason}`);
}

import { findFreezer, isFrozen, type CgroupFreezer } from './cgroup-freezer.ts';
import { inspectContainer, type ContainerState } from './container-state.ts';
import { engineMessage, type DockerEngine } from './docker-engine.ts';
import { processIdentity, readProcessStat, type ProcessIdentity } from './process-identity.ts';
import type { RunJournal } from './run-journal.ts';

/** One container: what it is now, and its stops and starts. Every change leaves what is known of it up to date. */
export interface ContainerLifecycle {
  /** Addresses of all its networks as last seen while it ran. */
  readonly addresses: readonly string[];
  /** Its main process; undefined where none runs, by what the kernel says. */
  readonly mainProcess: ProcessIdentity | undefined;
  readonly freezer: CgroupFreezer | undefined;
  /** As the kernel sees it: its processes are frozen. */
  readonly isFrozen: boolean;
  /** Asks the engine anew: a restart changes process, namespace and maybe address. */
  refresh(): Promise<void>;
  /** Pauses or resumes it, where it runs and is not so already. */
  setPaused(paused: boolean): Promise<void>;
  /** Kills it with SIGKILL and keeps it down. */
  kill(): Promise<void>;
  /** Starts it again if it was killed here; one that ended by itself stays down. True when it was started. */
  startIfKilled(): Promise<boolean>;
}

/** How long the engine may take to see a killed container end. */
const KILL_TIMEOUT_MS = 10_000;

export function containerLifecycle(engine: DockerEngine, journal: RunJournal, containerId: string): ContainerLifecycle {
  let state: ContainerState | undefined;
  let addresses: readonly string[] = [];
  let freezer: CgroupFreezer | undefined;
  let killed = false;

  const refresh = async (): Promise<void> => {
    state = await inspectContainer(engine, containerId);
    if (!state) throw new Error(`there is no container ${containerId} any more`);
    freezer = state.running ? findFreezer(state.pid) : undefined;
    if (state.running) addresses = state.addresses;
  };
  const command = async (action: string, timeoutMs?: number): Promise<void> => {
    const path = `/containers/${encodeURIComponent(containerId)}/${action}`;
    const answer = await engine.call('POST', path, timeoutMs === undefined ? {} : { timeoutMs });
    // 304: it is so already.
    if (answer.status >= 400) throw new Error(`${action.split('?')[0]}: ${engineMessage(answer)}`);
  };
  const mainProcess = (): ProcessIdentity | undefined => {
    const stat = state?.running ? readProcessStat(state.pid) : undefined;
    return state && stat && stat.state !== 'Z' && stat.state !== 'X' ? processIdentity(state.pid) : undefined;
  };

  return {
    get addresses() {
      return addresses;
    },
    get mainProcess() {
      return mainProcess();
    },
    get freezer() {
      return freezer;
    },
    get isFrozen() {
      const pid = mainProcess()?.pid;
      return pid !== undefined && (freezer ? isFrozen(freezer) : readProcessStat(pid)?.state === 'D');
    },
    refresh,
    async setPaused(paused) {
      if (!state?.running || state.paused === paused) return;
      if (paused) journal.append({ type: 'pause', containerId });
      await command(paused ? 'pause' : 'unpause');
      await refresh();
    },
    async kill() {
      killed = true;
      if (!state?.running) return;
      await command('kill?signal=KILL');
      await command('wait?condition=not-running', KILL_TIMEOUT_MS);
      await refresh();
    },
    async startIfKilled() {
      const isDue = killed && !state?.running;
      killed = false;
      if (!isDue) return false;
      await command('start');
      await refresh();
      return true;
    },
  };
}

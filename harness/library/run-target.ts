import { runPrepared } from '../cli/commands/run.ts';
import type { Console } from '../cli/console.ts';
import { loadTarget, loadWorkload } from '../cli/registry.ts';
import { RUN_DEFAULTS as DEFAULTS } from '../cli/run-options.ts';
import { modulesOf, prepareLoadedRun } from '../cli/run-request.ts';
import type { EnvironmentKind } from '../kernel/environment.ts';
import type { FaultKind, Tempo } from '../kernel/fault.ts';
import type { History } from '../kernel/history.ts';
import type { ObjectLevel, Target } from '../kernel/target.ts';
import type { Workload } from '../kernel/workload.ts';
import { parseDefinition, TARGET_DEFINITION, WORKLOAD_DEFINITION } from '../modules/index.ts';
import { DEFAULT_STORE } from '../store/run-folder.ts';
import type { RunRecord } from '../store/run-record.ts';

/** What a run is to be; the same as the options of `faultline run`, with the same defaults. */
export interface RunTargetOptions {
  /** A target, the name of a built-in one, or the path of a module. */
  readonly target: Target | string;
  /** A workload, a built-in's name (default `register`), or the path of a module. */
  readonly workload?: Workload | string;
  /** Where the cluster lives. Default the first of sim, process and docker that the target has. */
  readonly env?: EnvironmentKind;
  readonly nodes?: number;
  /** Default `all`: everything in the target's fault model that can be made there. */
  readonly faults?: 'all' | 'none' | readonly FaultKind[];
  /** Length of the main phase in seconds; default 60. */
  readonly timeLimitS?: number;
  /** Decides the whole plan; drawn when absent. */
  readonly seed?: string | number;
  readonly concurrency?: number;
  readonly ratePerSecond?: number;
  readonly opTimeoutMs?: number;
  readonly keys?: number;
  readonly opsPerKey?: number;
  readonly variant?: string;
  readonly mutant?: string;
  readonly image?: string;
  /** How densely faults come; default `steady`. */
  readonly tempo?: Tempo;
  /** Settings of the environment. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Judge this level instead of the workload's strongest. */
  readonly level?: ObjectLevel;
  /** Folder that keeps the runs; default `.runs`. */
  readonly store?: string;
  readonly readyTimeoutS?: number;
  readonly checkTimeLimitS?: number;
  readonly checkMemoryLimitMiB?: number;
  /** Ends the run early: everything is healed and removed, and what was recorded is judged as `unknown`. */
  readonly signal?: AbortSignal;
  /** One line now and then about what is going on. */
  readonly onProgress?: (line: string) => void;
}

/** A finished run and where its evidence is. */
export interface TargetRun {
  readonly record: RunRecord;
  readonly history: History;
  /** Folder of the run. */
  readonly directory: string;
  readonly reportFile: string;
}

/**
 * Takes a cluster through faults and judges its history, as `faultline run` does. Rejects with a HarnessError of one line
 * where the options are wrong or the cluster does not come up; nothing is left behind then.
 */
export async function runTarget(options: RunTargetOptions): Promise<TargetRun> {
  const { faults = DEFAULTS.faults, seed } = options;
  const prepared = await prepareLoadedRun(
    {
      env: options.env,
      nodes: options.nodes,
      faults: typeof faults === 'string' ? faults : faults.length === 0 ? 'none' : faults.join(','),
      timeLimitS: options.timeLimitS ?? DEFAULTS['time-limit'],
      seed: seed === undefined ? undefined : String(seed),
      concurrency: options.concurrency,
      ratePerSecond: options.ratePerSecond ?? DEFAULTS.rate,
      opTimeoutMs: options.opTimeoutMs ?? DEFAULTS['op-timeout'],
      keys: options.keys,
      opsPerKey: options.opsPerKey ?? DEFAULTS['ops-per-key'],
      variant: options.variant,
      mutant: options.mutant,
      image: options.image,
      clockMechanism: undefined,
      tempo: options.tempo ?? DEFAULTS.tempo,
      settings: Object.entries(options.settings ?? {}).map(([name, value]) => `${name}=${value}`),
    },
    await definitionsOf(options),
  );
  const { onProgress } = options;
  for (const note of prepared.notes) onProgress?.(note);
  const { run, folder } = await runPrepared(
    prepared,
    {
      store: options.store ?? DEFAULT_STORE,
      level: options.level,
      'ready-timeout': options.readyTimeoutS ?? DEFAULTS['ready-timeout'],
      'check-time-limit': options.checkTimeLimitS ?? DEFAULTS['check-time-limit'],
      'check-memory-limit': options.checkMemoryLimitMiB ?? DEFAULTS['check-memory-limit'],
    },
    { console: quietConsole(onProgress), signal: options.signal ?? new AbortController().signal, argv: [] },
  );
  return { record: run.record, history: run.history, directory: folder.directory, reportFile: folder.reportFile };
}

async function definitionsOf({
  target,
  workload = DEFAULTS.workload,
}: RunTargetOptions): Promise<Parameters<typeof prepareLoadedRun>[1]> {
  const modules = modulesOf({ target, workload });
  return {
    target: typeof target === 'string' ? await loadTarget(target) : parseDefinition(TARGET_DEFINITION, target, 'run'),
    workload:
      typeof workload === 'string'
        ? await loadWorkload(workload)
        : parseDefinition(WORKLOAD_DEFINITION, workload, 'run'),
    ...(modules === undefined ? {} : { modules }),
  };
}

function quietConsole(onProgress: ((line: string) => void) | undefined): Console {
  const say = (line: string): void => onProgress?.(line);
  return { status: say, note: say, print: () => undefined, printJson: () => undefined, end: () => undefined };
}

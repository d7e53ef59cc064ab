import { randomInt } from 'node:crypto';
import path from 'node:path';
import type { CheckerUse } from '../kernel/checker.ts';
import { ENVIRONMENT_KINDS, type Environment, type EnvironmentKind } from '../kernel/environment.ts';
import { CLOCK_MECHANISMS, FAULT_KINDS, TEMPOS, type FaultKind, type Tempo } from '../kernel/fault.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { JsonValue } from '../kernel/json.ts';
import { nodeNames } from '../kernel/node.ts';
import { randomOf } from '../kernel/random.ts';
import { OBJECT_LEVELS, type ObjectLevel, type Target } from '../kernel/target.ts';
import type { Workload } from '../kernel/workload.ts';
import { planRun, type RunPlan } from '../runner/plan.ts';
import { isModulePath, modulePath } from '../modules/import-module.ts';
import type { RunRequest } from '../store/run-record.ts';
import { requireCheckers } from './require-checkers.ts';
import { loadComposeTarget, loadEnvironment, loadTarget, loadWorkload } from './registry.ts';

/** Keys in use at a time unless the user says otherwise or there are fewer workers. */
const DEFAULT_KEYS = 4;

/** What the user asked for, before anything was looked up. Undefined is "the default". */
export interface RunArguments {
  /** A name, or the path of a module; so is `workload`. */
  readonly target: string;
  readonly env: string | undefined;
  readonly workload: string;
  readonly nodes: number | undefined;
  readonly faults: string;
  /** Rhythm of the faults: a {@link Tempo}. */
  readonly tempo: string;
  readonly timeLimitS: number;
  readonly seed: string | undefined;
  readonly concurrency: number | undefined;
  readonly ratePerSecond: number;
  readonly opTimeoutMs: number;
  readonly keys: number | undefined;
  readonly opsPerKey: number;
  readonly variant: string | undefined;
  readonly mutant: string | undefined;
  readonly image: string | undefined;
  readonly clockMechanism: string | undefined;
  /** `name=value` settings of the environment. */
  readonly settings: readonly string[];
}

/** A request that has been checked against what exists, and the plan drawn from it. */
export interface PreparedRun {
  readonly plan: RunPlan;
  readonly environment: Environment;
  readonly target: Target;
  readonly workload: Workload;
  /** Things the user should know before the run, for example faults beyond what the target promises to survive. */
  readonly notes: readonly string[];
}

/** Looks everything up, refuses what cannot be, and draws the plan. Throws usage errors with one line each. */
export async function prepareRun(args: RunArguments): Promise<PreparedRun> {
  const modules = modulesOf(args);
  return prepareLoadedRun(args, {
    target: await loadTarget(args.target),
    workload: await loadWorkload(args.workload),
    ...(modules === undefined ? {} : { modules }),
  });
}

/** A target and a workload at hand, and the modules they came from, if any. */
export interface LoadedDefinitions {
  readonly target: Target;
  readonly workload: Workload;
  readonly modules?: NonNullable<RunRequest['modules']>;
}

/** As {@link prepareRun}, for a target and a workload that are loaded already. */
export async function prepareLoadedRun(
  args: Omit<RunArguments, 'target' | 'workload'>,
  { target, workload, modules }: LoadedDefinitions,
): Promise<PreparedRun> {
  const kind = environmentKind(args.env, target);
  const environment = await loadEnvironment(kind);
  requireOffer(target, workload);
  await requireCheckers(workload);
  const count = args.nodes ?? target.nodeCounts.default;
  const { min, max } = target.nodeCounts;
  if (!Number.isInteger(count) || count < min || count > max) {
    throw new HarnessError('usage', `${target.name} runs on ${min} to ${max} nodes, got --nodes ${count}`);
  }
  const nodes = target.nodeNames ?? nodeNames(count);
  const concurrency = args.concurrency ?? Math.max(10, 2 * count);
  if (concurrency < count) {
    throw new HarnessError(
      'usage',
      `--concurrency must be at least the number of nodes (${count}), got ${concurrency}`,
    );
  }
  requireKnown('variant', args.variant, target.variants ?? {}, target);
  requireKnown('mutant', args.mutant, target.sim?.protocol.mutants ?? {}, target);
  if (args.image !== undefined && kind !== 'docker') {
    throw new HarnessError('usage', `--image needs --env docker, got --env ${kind}`);
  }
  const faults = faultKinds(args.faults, target, environment);
  const tempo = tempoNamed(args.tempo);
  const seed = args.seed ?? String(randomInt(1, 2 ** 31));
  const request: RunRequest = {
    target: target.name,
    ...(args.variant === undefined ? {} : { variant: args.variant }),
    ...(args.mutant === undefined ? {} : { mutant: args.mutant }),
    ...(args.image === undefined ? {} : { image: args.image }),
    environment: kind,
    workload: workload.name,
    nodes,
    concurrency,
    ratePerSecond: args.ratePerSecond,
    timeLimitMs: Math.round(args.timeLimitS * 1000),
    opTimeoutMs: args.opTimeoutMs,
    keys: args.keys ?? Math.min(DEFAULT_KEYS, concurrency),
    opsPerKey: args.opsPerKey,
    faults: faults.kinds,
    ...(tempo === 'steady' ? {} : { tempo }),
    seed,
    settings: { ...(tempo === 'swarm' && kind === 'sim' ? await swarmSettings(seed) : {}), ...settingsOf(args) },
    ...(modules === undefined ? {} : { modules }),
  };
  const clock = environment.capability('clock', target);
  const plan = planRun(request, {
    target,
    hasPrimaries: (kind === 'process' ? target.process : target.docker)?.primaries !== undefined,
    clockResolutionMs: clock.available ? resolutionMs(clock.resolution) : 0,
  });
  return { plan, environment, target, workload, notes: faults.notes };
}

/** As {@link prepareRun}, for a cluster of a compose file and the module of its client. */
export async function prepareComposeRun(
  args: Omit<RunArguments, 'target'>,
  { compose, client }: { readonly compose: string; readonly client: string },
): Promise<PreparedRun> {
  return prepareLoadedRun(args, {
    target: await loadComposeTarget(compose, client),
    workload: await loadWorkload(args.workload),
    modules: {
      ...modulesOf({ target: undefined, workload: args.workload }),
      compose: storedModulePath(compose),
      client: storedModulePath(client),
    },
  });
}

/** The modules among what was given, as a plan keeps them. */
export function modulesOf(given: {
  readonly target: unknown;
  readonly workload: unknown;
}): LoadedDefinitions['modules'] | undefined {
  const { target, workload } = given;
  const modules = {
    ...(typeof target === 'string' && isModulePath(target) ? { target: storedModulePath(target) } : {}),
    ...(typeof workload === 'string' && isModulePath(workload) ? { workload: storedModulePath(workload) } : {}),
  };
  return Object.keys(modules).length === 0 ? undefined : modules;
}

/** How a module is written down in a plan, so that another checkout of the same project can repeat the run. */
export function storedModulePath(module: string): string {
  const relative = path.relative('', modulePath(module)).split(path.sep).join('/');
  return relative.startsWith('../') || path.isAbsolute(relative) ? relative : `./${relative}`;
}

/** The checks that decide a run: the workload's own, or the one that judges the asked level. */
export function decidingChecks(
  workload: Workload,
  level: string | undefined,
): { readonly level: ObjectLevel; readonly deciding: readonly CheckerUse[] } {
  if (level === undefined) return { level: workload.level, deciding: workload.checkers };
  if (!isLevel(level)) {
    throw new HarnessError(
      'usage',
      `unknown level ${JSON.stringify(level)}; expected one of ${OBJECT_LEVELS.join(', ')}`,
    );
  }
  const judges: Readonly<Record<ObjectLevel, string>> = {
    linearizable: 'linearizability',
    sequential: 'sequential',
    causal: 'causal',
    convergent: 'convergence',
  };
  const own = workload.checkers.find((use) => use.checker === judges[level]);
  return { level, deciding: [own ?? { checker: judges[level], options: {} }] };
}

function isLevel(level: string): level is ObjectLevel {
  return (OBJECT_LEVELS as readonly string[]).includes(level);
}

/** What needs least first. */
const DEFAULT_ORDER: readonly EnvironmentKind[] = ['sim', 'process', 'docker'];

/** Where a cluster lives: where it is asked for, or where the target runs with the least. Throws a usage error. */
export function environmentKind(asked: string | undefined, target: Target): EnvironmentKind {
  const offered = ENVIRONMENT_KINDS.filter((kind) => target[kind] !== undefined);
  if (asked === undefined) return DEFAULT_ORDER.find((kind) => offered.includes(kind)) ?? 'docker';
  const kind = ENVIRONMENT_KINDS.find((known) => known === asked);
  if (kind === undefined) {
    throw new HarnessError(
      'usage',
      `unknown environment ${JSON.stringify(asked)}; expected one of ${ENVIRONMENT_KINDS.join(', ')}`,
    );
  }
  if (!offered.includes(kind)) {
    throw new HarnessError('usage', `${target.name} does not run in ${kind}; it runs in ${offered.join(', ')}`);
  }
  return kind;
}

function requireOffer(target: Target, workload: Workload): void {
  const offered = target.offers[workload.name];
  if (offered === undefined) {
    const others = Object.keys(target.offers).join(', ');
    throw new HarnessError('usage', `${target.name} does not offer workload ${workload.name}; it offers ${others}`);
  }
  const missing = workload.requiredOps.filter((op) => !offered.includes(op));
  if (missing.length > 0) {
    throw new HarnessError(
      'usage',
      `${target.name} lacks ${missing.join(', ')}, which workload ${workload.name} needs`,
    );
  }
}

function requireKnown(
  what: 'variant' | 'mutant',
  name: string | undefined,
  known: Readonly<Record<string, string>>,
  target: Target,
): void {
  if (name === undefined || Object.hasOwn(known, name)) return;
  const names = Object.keys(known);
  const expected = names.length === 0 ? `${target.name} has none` : `expected one of ${names.join(', ')}`;
  throw new HarnessError('usage', `unknown ${what} ${JSON.stringify(name)} of ${target.name}; ${expected}`);
}

/** `all` is everything in the target's fault model that can be done here; naming a kind beyond it is asking for it. */
function faultKinds(
  asked: string,
  target: Target,
  environment: Environment,
): { readonly kinds: readonly FaultKind[]; readonly notes: readonly string[] } {
  if (asked === 'none' || asked === '') return { kinds: [], notes: [] };
  const model = target.faultModel.kinds;
  if (asked === 'all') {
    const able = model.filter((kind) => environment.capability(kind, target).available);
    const notes = model.flatMap((kind) => {
      const capability = environment.capability(kind, target);
      return capability.available ? [] : [`leaving out ${kind}: ${capability.reason}`];
    });
    return { kinds: able, notes };
  }
  const kinds = [...new Set(asked.split(',').map((name) => faultKind(name.trim())))];
  for (const kind of kinds) {
    const capability = environment.capability(kind, target);
    if (!capability.available)
      throw new HarnessError('usage', `fault ${kind} is not available here: ${capability.reason}`);
  }
  const beyond = kinds.filter((kind) => !model.includes(kind));
  return { kinds, notes: beyond.map((kind) => `${kind} is beyond the fault model of ${target.name}`) };
}

function faultKind(name: string): FaultKind {
  const kind = FAULT_KINDS.find((known) => known === name);
  if (kind !== undefined) return kind;
  throw new HarnessError(
    'usage',
    `unknown fault ${JSON.stringify(name)}; expected all, none, or some of ${FAULT_KINDS.join(', ')}`,
  );
}

function tempoNamed(name: string): Tempo {
  const tempo = TEMPOS.find((known) => known === name);
  if (tempo !== undefined) return tempo;
  throw new HarnessError('usage', `unknown tempo ${JSON.stringify(name)}; expected one of ${TEMPOS.join(', ')}`);
}

/** What the seed draws for the simulation; whatever the user sets wins. */
async function swarmSettings(seed: string): Promise<Readonly<Record<string, JsonValue>>> {
  const { drawSwarmSettings } = await import('../environments/sim/swarm-settings.ts');
  return drawSwarmSettings(randomOf(seed).fork('settings'));
}

function settingsOf(args: Pick<RunArguments, 'settings' | 'clockMechanism'>): Readonly<Record<string, JsonValue>> {
  const settings: Record<string, JsonValue> = {};
  for (const setting of args.settings) {
    const at = setting.indexOf('=');
    if (at <= 0) throw new HarnessError('usage', `--set expects name=value, got ${JSON.stringify(setting)}`);
    const text = setting.slice(at + 1);
    const number = Number(text);
    settings[setting.slice(0, at)] = text !== '' && Number.isFinite(number) ? number : text;
  }
  if (args.clockMechanism !== undefined) {
    if (!(CLOCK_MECHANISMS as readonly string[]).includes(args.clockMechanism)) {
      throw new HarnessError(
        'usage',
        `unknown clock mechanism ${JSON.stringify(args.clockMechanism)}; expected one of ${CLOCK_MECHANISMS.join(', ')}`,
      );
    }
    settings['clockMechanism'] = args.clockMechanism;
  }
  return settings;
}

/** Reads `1 ms` or `1 s`. */
function resolutionMs(text: string | undefined): number {
  const match = /^([\d.]+) ?(ms|s)$/.exec(text ?? '');
  return match === null ? 0 : Number(match[1]) * (match[2] === 's' ? 1000 : 1);
}

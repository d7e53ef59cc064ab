import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreezer, isFrozen, thaw } from './cgroup-freezer.ts';
import { carriesTag, restoreClocks, type VdsoOwner } from './container-clock.ts';
import { inspectContainer, type ContainerState } from './container-state.ts';
import { engineMessage, type DockerEngine } from './docker-engine.ts';
import { setFaketime } from './faketime.ts';
import { labelledResources, removeResource, type LabelledResource, type ResourceKind } from './labelled-resources.ts';
import { removeChain } from './node-firewall.ts';
import { bootId, isAlive } from './process-identity.ts';
import { hostVdsoPatch } from './process-vdso.ts';
import type { JournalRecord } from './run-journal.ts';

export interface HealTask {
  readonly runId: string;
  readonly engine: DockerEngine;
  /** What was done, from the run's journal. */
  readonly records: readonly JournalRecord[];
  /** Name of a container of the run that stays: the one that does the healing. */
  readonly spare?: string;
}

export interface HealReport {
  readonly removed: Readonly<Record<ResourceKind, number>>;
  /** What could not be healed, in plain words. Empty: nothing of the run is left. */
  readonly errors: readonly string[];
}

/** Rounds of removal: what an engine was just making while its client died appears late. */
const REMOVAL_ROUNDS = 5;
const REMOVAL_PAUSE_MS = 300;

/**
 * Undoes everything that a run did, in this order: thaw, clocks, rules, then containers, networks and volumes with the
 * run's label. Every step is tried, whatever became of the one before. Used by the agent when its controller is gone, and
 * by whoever cleans up after an agent that is gone itself.
 */
export async function healRun(task: HealTask): Promise<HealReport> {
  const errors: string[] = [];
  const attempt = async (what: string, act: () => Promise<readonly string[] | void>): Promise<void> => {
    try {
      errors.push(...((await act()) ?? []));
    } catch (error) {
      errors.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const ids = await touchedContainers(task, attempt);
  const containers = await runningContainers(task.engine, ids, attempt);
  for (const one of containers) await attempt('thaw', () => thawContainer(task, one));
  const owner = vdsoOwner(task.records);
  await Promise.all(containers.map((one) => attempt('clock', () => healClock(task, one, owner))));
  await attempt('rules', () => removeRules(task));
  const removed = { container: 0, network: 0, volume: 0 };
  const before = errors.length;
  await attempt('remove', () => removeAll(task, removed));
  // Frozen processes, moved clocks and rules live in containers: what could not be healed in one that is gone now is gone.
  if ((await survivors(task.engine, ids)).length === 0) errors.splice(0, before);
  if (owner) errors.push(...remainingClocks(owner));
  return { removed, errors };
}

interface TouchedContainer extends ContainerState {
  readonly id: string;
}

type Attempt = (what: string, act: () => Promise<readonly string[] | void>) => Promise<void>;

/** Containers with the run's label and those that its journal names. */
async function touchedContainers(task: HealTask, attempt: Attempt): Promise<readonly string[]> {
  const ids = new Set(task.records.flatMap((record) => ('containerId' in record ? [record.containerId] : [])));
  await attempt('list', async () => {
    const resources = await labelledResources(task.engine, task.runId);
    for (const { kind, id, name } of resources) if (kind === 'container' && name !== task.spare) ids.add(id);
  });
  return [...ids];
}

async function runningContainers(
  engine: DockerEngine,
  ids: readonly string[],
  attempt: Attempt,
): Promise<readonly TouchedContainer[]> {
  const running: TouchedContainer[] = [];
  await Promise.all(
    ids.map((id) =>
      attempt('inspect', async () => {
        const state = await inspectContainer(engine, id);
        if (state?.running) running.push({ ...state, id });
      }),
    ),
  );
  return running;
}

async function thawContainer({ engine, records }: HealTask, { id, paused, pid }: TouchedContainer): Promise<void> {
  if (paused) {
    const answer = await engine.call('POST', `/containers/${encodeURIComponent(id)}/unpause`);
    if (answer.status >= 400) throw new Error(`container ${id}: ${engineMessage(answer)}`);
  }
  const freezers = records.flatMap((record) =>
    record.type === 'freeze' && record.containerId === id ? [record.freezer] : [],
  );
  for (const freezer of [...freezers, findFreezer(pid)]) if (freezer && isFrozen(freezer)) thaw(freezer);
}

/** The mark of the run's code, where it moved clocks since this boot. */
function vdsoOwner(records: readonly JournalRecord[]): VdsoOwner | undefined {
  const record = records.find((one) => one.type === 'vdso' && one.bootId === bootId());
  const patch = hostVdsoPatch();
  if (record?.type !== 'vdso' || typeof patch === 'string') return undefined;
  return { patch, tag: BigInt(record.tag) };
}

async function healClock(
  { engine, records }: HealTask,
  { id, pid }: TouchedContainer,
  owner: VdsoOwner | undefined,
): Promise<readonly string[]> {
  if (records.some((record) => record.type === 'faketime' && record.containerId === id)) {
    await setFaketime(engine, id, pid, 0);
  }
  const freezer = owner && findFreezer(pid);
  return freezer ? (await restoreClocks(freezer, owner)).errors : [];
}

/** A namespace whose recorded process is gone is gone as well, and its rules with it. */
async function removeRules({ records }: HealTask): Promise<readonly string[]> {
  const complaints = await Promise.all(
    records.map(async (record) =>
      record.type === 'rules' && isAlive(record.inside)
        ? removeChain(record.inside.pid, record.command, record.chain)
        : undefined,
    ),
  );
  return complaints.filter((complaint) => complaint !== undefined);
}

async function removeAll(task: HealTask, removed: Record<ResourceKind, number>): Promise<void> {
  const mine = async (): Promise<readonly LabelledResource[]> =>
    (await labelledResources(task.engine, task.runId)).filter(({ name }) => name !== task.spare);
  let failure: unknown;
  for (let round = 0; round < REMOVAL_ROUNDS; round++) {
    const left = await mine();
    if (left.length === 0 && round > 0) return;
    failure = await removeRound(task.engine, left, removed);
    await sleep(REMOVAL_PAUSE_MS);
  }
  if ((await mine()).length > 0) throw failure ?? new Error('the engine still lists what was removed');
}

/** Containers that exist still; one that the engine does not answer for counts as existing. */
async function survivors(engine: DockerEngine, ids: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    ids.map(async (id) => {
      const state = await inspectContainer(engine, id).catch(() => 'unknown');
      return state === undefined ? [] : [id];
    }),
  );
  return found.flat();
}

/** Networks and volumes can only go after the containers that use them. Answers the first failure. */
async function removeRound(
  engine: DockerEngine,
  resources: readonly LabelledResource[],
  removed: Record<ResourceKind, number>,
): Promise<unknown> {
  let failure: unknown;
  for (const isContainer of [true, false]) {
    const batch = resources.filter(({ kind }) => (kind === 'container') === isContainer);
    const results = await Promise.allSettled(batch.map((one) => removeResource(engine, one)));
    for (const [index, result] of results.entries()) {
      const kind = batch[index]?.kind;
      if (result.status === 'rejected') failure ??= result.reason;
      else if (kind) removed[kind]++;
    }
  }
  return failure;
}

/** Looks at every process of the machine: children of patched processes inherit the patch wherever they go. */
function remainingClocks(owner: VdsoOwner): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => mayCarry(Number(pid), owner))
    .map((pid) => `process ${pid} still has a moved clock`);
}

function mayCarry(pid: number, owner: VdsoOwner): boolean {
  try {
    return carriesTag(pid, owner);
  } catch {
    return false;
  }
}

import { engineMessage, type DockerEngine } from './docker-engine.ts';
import { OWNER_LABEL, RUN_LABEL } from './run-labels.ts';

const RESOURCE_KINDS = ['container', 'network', 'volume'] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** Something at the engine that carries a run's label. */
export interface LabelledResource {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly name: string;
  readonly runId: string;
  /** The process it was made for, as its label says; empty where it says nothing. */
  readonly owner: string;
}

interface ListedResource {
  readonly Id?: string;
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>> | null;
}

const LIST_PATHS: Readonly<Record<ResourceKind, string>> = {
  container: '/containers/json?all=1&',
  network: '/networks?',
  volume: '/volumes?',
};

const REMOVE_TIMEOUT_MS = 10_000;

/** Everything of one run, or of all runs, in the order in which it can be removed. */
export async function labelledResources(engine: DockerEngine, runId?: string): Promise<readonly LabelledResource[]> {
  const label = runId === undefined ? RUN_LABEL : `${RUN_LABEL}=${runId}`;
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const lists = await Promise.all(
    RESOURCE_KINDS.map(async (kind) => {
      const answer = await engine.call('GET', `${LIST_PATHS[kind]}filters=${filters}`);
      if (answer.status !== 200) throw new Error(`the list of ${kind}s: ${engineMessage(answer)}`);
      return listed(answer.body).map((item) => resource(kind, item));
    }),
  );
  return lists.flat();
}

/** Removes one resource by force. One that is gone, or on its way, counts as removed. */
export async function removeResource(engine: DockerEngine, { kind, id, name }: LabelledResource): Promise<void> {
  const options = kind === 'container' ? '?force=1&v=1' : '';
  const answer = await engine.call('DELETE', `/${kind}s/${encodeURIComponent(id)}${options}`, {
    timeoutMs: REMOVE_TIMEOUT_MS,
  });
  const inProgress = answer.status === 409 && engineMessage(answer).includes('already in progress');
  if (answer.status >= 400 && answer.status !== 404 && !inProgress) {
    throw new Error(`${kind} ${name} could not be removed: ${engineMessage(answer)}`);
  }
}

/** Volumes come wrapped in an object, and as null where there are none. */
function listed(body: unknown): readonly ListedResource[] {
  if (Array.isArray(body)) return body as readonly ListedResource[];
  return (body as { readonly Volumes?: readonly ListedResource[] | null }).Volumes ?? [];
}

function resource(kind: ResourceKind, item: ListedResource): LabelledResource {
  const name = item.Name ?? item.Names?.[0]?.replace(/^\//, '') ?? '';
  return {
    kind,
    id: item.Id ?? name,
    name,
    runId: item.Labels?.[RUN_LABEL] ?? '',
    owner: item.Labels?.[OWNER_LABEL] ?? '',
  };
}

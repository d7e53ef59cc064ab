import type { NodeId } from '../../kernel/node.ts';
import type { ClockProbe } from '../../kernel/target.ts';
import { pause } from '../poll-cluster.ts';

const RETRY_MS = 100;
const ATTEMPT_TIMEOUT_MS = 800;

/** Wall clocks of nodes against the controller's, as far as they answered. */
export interface ClockReadings {
  readonly probe: ClockProbe | undefined;
  readonly offsetsMs: Readonly<Record<NodeId, number>>;
  /** How far a reading may be from the truth: what the probe cannot resolve, and half of the time the answer took. */
  readonly errorMs: Readonly<Record<NodeId, number>>;
}

/**
 * Reads the clocks of the given nodes at once. A coarse clock has cut its reading down to its resolution, so its middle
 * is the best guess. A node that was just started may refuse at first and is asked again; one that does not answer in
 * time is left out. Never rejects.
 */
export async function readClocks(
  probe: ClockProbe | undefined,
  addresses: ReadonlyMap<NodeId, string>,
  options: { readonly timeoutMs: number; readonly wallNowMs: () => number },
): Promise<ClockReadings> {
  if (probe === undefined) return { probe, offsetsMs: {}, errorMs: {} };
  const halfStepMs = probe.kind === 'coarse' ? probe.resolutionMs / 2 : 0;
  const read = async (node: NodeId, address: string): Promise<readonly [NodeId, number, number] | undefined> => {
    const signal = AbortSignal.timeout(Math.max(1, Math.round(options.timeoutMs)));
    while (!signal.aborted) {
      // A frozen node answers late, and a late answer tells little: better to ask again.
      const soon = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]);
      const beforeMs = options.wallNowMs();
      try {
        const toldMs = await Promise.race([probe.read(address, soon), rejectedBy(soon)]);
        const roundTripMs = options.wallNowMs() - beforeMs;
        const offsetMs = Math.round(toldMs + halfStepMs - (beforeMs + roundTripMs / 2));
        return [node, offsetMs, probe.resolutionMs / 2 + roundTripMs / 2];
      } catch {
        await pause(RETRY_MS, signal);
      }
    }
    return undefined;
  };
  const answers = await Promise.all([...addresses].map(([node, address]) => read(node, address)));
  const known = answers.filter((answer) => answer !== undefined);
  return {
    probe,
    offsetsMs: Object.fromEntries(known.map(([node, offsetMs]) => [node, offsetMs])),
    errorMs: Object.fromEntries(known.map(([node, , errorMs]) => [node, errorMs])),
  };
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

import type { DirectedLink, NodeId } from '../../harness/kernel/node.ts';
import { formatSignedMs, listed } from '../html/format.ts';
import type { FaultInterval } from './fault-intervals.ts';

/** What one node was going through because of one fault. */
export interface NodeCondition {
  readonly node: NodeId;
  readonly faultId: string;
  readonly kind: FaultInterval['kind'];
  readonly fromNs: number;
  readonly toNs: number;
  /** A few words: `isolated`, `cut off from n2 and n3`, `down`, `paused`, `clock off by +3 s`. */
  readonly words: string;
  /** False where the fault was asked for but seen not to act. */
  readonly acted: boolean;
}

/** What a fault meant for each node that it touched. Empty where its targets were never resolved. */
export function nodeConditions(interval: FaultInterval, nodes: readonly NodeId[]): readonly NodeCondition[] {
  const { fault } = interval;
  if (fault === undefined) return [];
  const condition = (node: NodeId, words: string): NodeCondition => ({
    node,
    faultId: interval.id,
    kind: interval.kind,
    fromNs: interval.fromNs,
    toNs: interval.toNs,
    words,
    acted: interval.effect !== 'ineffective',
  });
  switch (fault.kind) {
    case 'partition':
      return nodes.flatMap((node) => {
        const words = cutWords(node, fault.cut, nodes);
        return words === undefined ? [] : [condition(node, words)];
      });
    case 'kill':
      return fault.nodes.map((node) => condition(node, 'down'));
    case 'pause':
      return fault.nodes.map((node) => condition(node, 'paused'));
    case 'clock':
      return fault.nodes.map((node) => condition(node, `clock off by ${formatSignedMs(fault.offsetMs)}`));
  }
}

function cutWords(node: NodeId, cut: readonly DirectedLink[], nodes: readonly NodeId[]): string | undefined {
  const others = nodes.filter((other) => other !== node);
  const deafTo = new Set(cut.flatMap(({ from, to }) => (to === node ? [from] : [])));
  const muteTo = new Set(cut.flatMap(({ from, to }) => (from === node ? [to] : [])));
  const both = others.filter((other) => deafTo.has(other) && muteTo.has(other));
  const deaf = others.filter((other) => deafTo.has(other) && !muteTo.has(other));
  const mute = others.filter((other) => muteTo.has(other) && !deafTo.has(other));
  if (both.length === others.length && others.length > 0) return 'isolated from all others';
  const words = [
    ...(both.length > 0 ? [`cut off from ${listed(both)}`] : []),
    ...(deaf.length > 0 ? [`cannot hear ${listed(deaf)}`] : []),
    ...(mute.length > 0 ? [`not heard by ${listed(mute)}`] : []),
  ];
  return words.length === 0 ? undefined : words.join(', ');
}

import type { JsonObject, JsonValue } from '../../harness/kernel/json.ts';

/** One edge of a dependency cycle as a checker reported it. */
export interface CycleEdge {
  /** What identifies the transaction at each end: usually its entry index. */
  readonly from: string;
  readonly to: string;
  /** `wr`, `ww`, `rw`, `realtime`, ... */
  readonly kind: string;
  /** Why the edge is there, in words; empty where the checker gave none. */
  readonly reason: string;
}

/**
 * The cycle in a finding's detail, whatever the checker calls its members: a list of edges (or an object holding one
 * as `cycle`, `edges` or `steps`), each with its ends and its kind. Undefined where there is none or where it does not
 * close: a picture of something that is no cycle would prove nothing.
 */
export function cycleOf(detail: JsonValue | undefined): readonly CycleEdge[] | undefined {
  const list = listIn(detail);
  if (list === undefined) return undefined;
  const edges = list.map(edgeOf);
  if (edges.length < 2 || edges.some((edge) => edge === undefined)) return undefined;
  const known = edges.filter((edge) => edge !== undefined);
  const closes = known.every((edge, index) => edge.to === known[(index + 1) % known.length]?.from);
  return closes ? known : undefined;
}

function listIn(detail: JsonValue | undefined): readonly JsonValue[] | undefined {
  if (Array.isArray(detail)) return detail;
  if (!isObject(detail)) return undefined;
  for (const name of ['cycle', 'edges', 'steps']) {
    const inner = listIn(detail[name]);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function edgeOf(value: JsonValue): CycleEdge | undefined {
  if (!isObject(value)) return undefined;
  const from = textOf(value, ['from', 'source', 'a']);
  const to = textOf(value, ['to', 'target', 'b']);
  if (from === undefined || to === undefined) return undefined;
  return {
    from,
    to,
    kind: textOf(value, ['kind', 'type', 'rel', 'label']) ?? '',
    reason: textOf(value, ['reason', 'why', 'because', 'message']) ?? '',
  };
}

function textOf(value: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const member = value[name];
    if (typeof member === 'string') return member;
    if (typeof member === 'number') return String(member);
    if (Array.isArray(member) && member.every((part) => typeof part === 'string')) return member.join('+');
  }
  return undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

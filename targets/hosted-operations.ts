import type { JsonValue } from '../harness/kernel/json.ts';
import type { Key } from '../harness/kernel/op.ts';
import { fail, info, ok, type Outcome } from '../harness/kernel/outcome.ts';
import type { RequestCodec } from '../harness/kernel/target.ts';

/** What a client asks a reference protocol to do. Without a key there is one object. */
export type OperationRequest =
  | { readonly f: 'read'; readonly kind: ObjectKind; readonly key: Key }
  | { readonly f: 'write'; readonly key: Key; readonly value: JsonValue }
  | { readonly f: 'cas'; readonly key: Key; readonly from: JsonValue; readonly to: JsonValue }
  | { readonly f: 'add'; readonly key: Key; readonly element: JsonValue };

/** Registers and sets live in name spaces of their own. */
export type ObjectKind = 'register' | 'set';

/**
 * What a reference protocol answers: it happened and returned `ok`; it definitely did not and will not happen, because
 * of `fail`; or, for the reason `info`, nobody can tell.
 */
export type OperationResponse = { readonly ok: JsonValue } | { readonly fail: string } | { readonly info: string };

/** The workload `register`: read, write and compare-and-set of keys. */
export const REGISTER_CODEC: RequestCodec = { encode: (invocation) => encode(invocation, 'register'), decode };

/** The workload `set`: add to and read whole sets. */
export const SET_CODEC: RequestCodec = { encode: (invocation) => encode(invocation, 'set'), decode };

/** Key of the one object of a workload that names none. */
const ONLY_KEY: Key = '';

function encode(
  invocation: { readonly f: string; readonly key?: Key; readonly value: JsonValue },
  kind: ObjectKind,
): OperationRequest {
  const { f, key = ONLY_KEY, value } = invocation;
  if (f === 'read') return { f, kind, key };
  if (kind === 'register' && f === 'write') return { f, key, value };
  if (kind === 'set' && f === 'add') return { f, key, element: value };
  if (kind === 'register' && f === 'cas' && Array.isArray(value) && value.length === 2) {
    const [from = null, to = null] = value as readonly JsonValue[];
    return { f, key, from, to };
  }
  throw new Error(`a ${kind} offers no operation ${f} with the argument ${JSON.stringify(value)}`);
}

function decode(_invocation: unknown, response: JsonValue): Outcome {
  if (typeof response === 'object' && response !== null && !Array.isArray(response)) {
    // A JSON value that is neither null, scalar nor array is an object.
    const answer = response as { readonly [name: string]: JsonValue };
    if (answer['ok'] !== undefined) return ok(answer['ok']);
    if (typeof answer['fail'] === 'string') return fail(answer['fail']);
    if (typeof answer['info'] === 'string') return info(answer['info']);
  }
  throw new Error(`expected an answer with ok, fail or info, got ${JSON.stringify(response).slice(0, 200)}`);
}

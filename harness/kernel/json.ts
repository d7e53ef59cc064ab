/** Any value that survives JSON unchanged: what operations carry, what messages are made of, what evidence quotes. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON object whose members are read by name. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** Array.isArray, for the read-only arrays of JSON values. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

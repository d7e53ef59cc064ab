/** Below this, the ordinary allocator serves as well. */
const LARGE_BYTES = 1 << 20;

/**
 * Zeroed arrays for the working memory of a check, outside of what the garbage collector counts.
 *
 * Every few dozen megabytes of ordinary buffers make V8 mark the whole heap again, although nothing on it changed, and a
 * history of a million transactions keeps some 800 MB of values there: those collections took two thirds of a check.
 * Shared buffers are not counted. They are freed the same way, with the array that holds them.
 */
export function workingInts(length: number): Int32Array {
  const bytes = length * Int32Array.BYTES_PER_ELEMENT;
  return bytes < LARGE_BYTES ? new Int32Array(length) : new Int32Array(uncounted(bytes));
}

/** As {@link workingInts}, of 16 bits each. */
export function workingShorts(length: number): Uint16Array {
  const bytes = length * Uint16Array.BYTES_PER_ELEMENT;
  return bytes < LARGE_BYTES ? new Uint16Array(length) : new Uint16Array(uncounted(bytes));
}

/** As {@link workingInts}, of 8 bits each. */
export function workingBytes(length: number): Uint8Array {
  return length < LARGE_BYTES ? new Uint8Array(length) : new Uint8Array(uncounted(length));
}

function uncounted(bytes: number): ArrayBuffer {
  // Typed arrays over shared memory have the same face.
  return new SharedArrayBuffer(bytes) as unknown as ArrayBuffer;
}

/**
 * Columns of whole numbers as bytes that compress well: each column is delta-coded where it mostly grows, and its bytes
 * are written in planes (all lowest bytes, then all second bytes, ...), because the upper planes are nearly constant.
 */
export interface ColumnSpec {
  readonly name: string;
  /** 1, 2 or 4 bytes per value. */
  readonly bytes: 1 | 2 | 4;
  /** Values are stored as differences to the one before. */
  readonly delta: boolean;
}

/** Writes the columns one after the other. All have `count` values; 32-bit values wrap around as unsigned ones do. */
export function encodeColumns(
  specs: readonly ColumnSpec[],
  columns: Readonly<Record<string, ArrayLike<number>>>,
  count: number,
): Uint8Array {
  const bytes = new Uint8Array(specs.reduce((sum, spec) => sum + spec.bytes * count, 0));
  let offset = 0;
  for (const spec of specs) {
    const column = columns[spec.name];
    if (column === undefined || column.length < count) throw new Error(`column ${spec.name} is missing or too short`);
    let before = 0;
    for (let index = 0; index < count; index++) {
      const value = column[index] ?? 0;
      const coded = spec.delta ? value - before : value;
      before = value;
      for (let plane = 0; plane < spec.bytes; plane++) {
        bytes[offset + plane * count + index] = (coded >>> (8 * plane)) & 0xff;
      }
    }
    offset += spec.bytes * count;
  }
  return bytes;
}

/** Reads what {@link encodeColumns} wrote, as unsigned values of the column's width. */
export function decodeColumns(
  specs: readonly ColumnSpec[],
  bytes: Uint8Array,
  count: number,
): ReadonlyMap<string, Uint8Array | Uint16Array | Uint32Array> {
  const columns = new Map<string, Uint8Array | Uint16Array | Uint32Array>();
  let offset = 0;
  for (const spec of specs) {
    const column = allocate(spec.bytes, count);
    let before = 0;
    for (let index = 0; index < count; index++) {
      let value = 0;
      for (let plane = spec.bytes - 1; plane >= 0; plane--) {
        value = (value << 8) | (bytes[offset + plane * count + index] ?? 0);
      }
      before = spec.delta ? before + value : value;
      column[index] = before;
    }
    offset += spec.bytes * count;
    columns.set(spec.name, column);
  }
  return columns;
}

function allocate(bytes: 1 | 2 | 4, count: number): Uint8Array | Uint16Array | Uint32Array {
  if (bytes === 1) return new Uint8Array(count);
  return bytes === 2 ? new Uint16Array(count) : new Uint32Array(count);
}

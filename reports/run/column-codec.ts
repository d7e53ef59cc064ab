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
    // One kind of array in the loop below: engines compile it well only then.
    encodeColumn(spec, new Uint32Array(column), bytes.subarray(offset, offset + spec.bytes * count));
    offset += spec.bytes * count;
  }
  return bytes;
}

function encodeColumn(spec: ColumnSpec, values: Uint32Array, bytes: Uint8Array): void {
  const count = bytes.length / spec.bytes;
  if (spec.delta) {
    for (let index = count - 1; index > 0; index--) values[index] = (values[index] ?? 0) - (values[index - 1] ?? 0);
  }
  for (let plane = 0; plane < spec.bytes; plane++) {
    const shift = 8 * plane;
    const at = plane * count;
    for (let index = 0; index < count; index++) bytes[at + index] = (values[index] ?? 0) >>> shift;
  }
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
    const size = spec.bytes * count;
    columns.set(spec.name, decodeColumn(spec, bytes.subarray(offset, offset + size), count));
    offset += size;
  }
  return columns;
}

function decodeColumn(spec: ColumnSpec, bytes: Uint8Array, count: number): Uint8Array | Uint16Array | Uint32Array {
  if (spec.bytes === 1 && !spec.delta) return Uint8Array.from(bytes);
  const values = new Uint32Array(count);
  const zeros = spec.bytes === 4 ? bytes : new Uint8Array(count);
  const plane = (rank: number): Uint8Array =>
    rank < spec.bytes ? bytes.subarray(rank * count, (rank + 1) * count) : zeros;
  const [low, second, third, high] = [plane(0), plane(1), plane(2), plane(3)];
  for (let index = 0; index < count; index++) {
    values[index] =
      (low[index] ?? 0) | ((second[index] ?? 0) << 8) | ((third[index] ?? 0) << 16) | ((high[index] ?? 0) << 24);
  }
  if (spec.delta) {
    for (let index = 1; index < count; index++) values[index] = (values[index] ?? 0) + (values[index - 1] ?? 0);
  }
  if (spec.bytes === 4) return values;
  return spec.bytes === 2 ? Uint16Array.from(values) : Uint8Array.from(values);
}

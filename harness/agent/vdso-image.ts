/** What the patch needs to know of a vDSO: where its functions are, and where its contents end. */
export interface VdsoImage {
  /** Offsets into the image by symbol name, without versions. */
  readonly functions: ReadonlyMap<string, number>;
  /** First offset that no segment and no header table covers. */
  readonly contentsEnd: number;
}

const ELF_MAGIC = 0x464c457f;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const MACHINE_X86_64 = 62;
const SEGMENT_LOAD = 1;
const SEGMENT_DYNAMIC = 2;
const SYMBOL_BYTES = 24;
const TAG = { hash: 4, stringTable: 5, symbolTable: 6, gnuHash: 0x6ffffef5 } as const;

/**
 * Reads a vDSO as the kernel maps it: an ELF shared object for x86-64 whose file and memory layout are the same.
 * Layout: System V ABI, chapters 4 and 5; symbols are reached through the dynamic section, as section headers are not
 * needed at run time.
 *
 * @returns the image, or in plain words why this is no vDSO that can be patched.
 */
export function parseVdso(image: Uint8Array): VdsoImage | string {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  try {
    return parse(image, view);
  } catch (error) {
    // A pointer out of the image: every read through a DataView is checked.
    if (error instanceof RangeError) return 'its tables point outside of it';
    throw error;
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
}

function parse(image: Uint8Array, view: DataView): VdsoImage | string {
  if (view.getUint32(0, true) !== ELF_MAGIC) return 'it is no ELF image';
  if (view.getUint8(4) !== CLASS_64 || view.getUint8(5) !== LITTLE_ENDIAN) return 'it is not 64-bit little-endian';
  if (view.getUint16(18, true) !== MACHINE_X86_64) return 'it is not for x86-64';
  const segments = readSegments(view);
  const load = segments.find(({ type }) => type === SEGMENT_LOAD);
  const dynamic = segments.find(({ type }) => type === SEGMENT_DYNAMIC);
  if (!load || !dynamic) return 'it lacks a loadable or a dynamic segment';
  const bias = load.address - load.offset;
  const tables = readDynamic(view, dynamic);
  const symbols = tables.get(TAG.symbolTable);
  const strings = tables.get(TAG.stringTable);
  if (symbols === undefined || strings === undefined) return 'it has no symbol table';
  const functions = new Map<string, number>();
  const count = symbolCount(view, tables, bias);
  for (let index = 1; index < count; index++) {
    const at = symbols - bias + index * SYMBOL_BYTES;
    const name = readString(image, strings - bias + view.getUint32(at, true));
    const isDefined = view.getUint16(at + 6, true) !== 0;
    if (isDefined) functions.set(name, readWord(view, at + 8) - bias);
  }
  const sectionsEnd = readWord(view, 40) + view.getUint16(58, true) * view.getUint16(60, true);
  return {
    functions,
    contentsEnd: Math.max(sectionsEnd, ...segments.map(({ offset, fileBytes }) => offset + fileBytes)),
  };
}

function readSegments(view: DataView): readonly Segment[] {
  const table = readWord(view, 32);
  const entryBytes = view.getUint16(54, true);
  return Array.from({ length: view.getUint16(56, true) }, (_, index) => {
    const at = table + index * entryBytes;
    return {
      type: view.getUint32(at, true),
      offset: readWord(view, at + 8),
      address: readWord(view, at + 16),
      fileBytes: readWord(view, at + 32),
    };
  });
}

function readDynamic(view: DataView, dynamic: Segment): ReadonlyMap<number, number> {
  const entries = new Map<number, number>();
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.fileBytes; at += 16) {
    const tag = readWord(view, at);
    if (tag === 0) break;
    entries.set(tag, readWord(view, at + 8));
  }
  return entries;
}

/** The symbol table does not say how long it is; the hash tables do. */
function symbolCount(view: DataView, tables: ReadonlyMap<number, number>, bias: number): number {
  const hash = tables.get(TAG.hash);
  if (hash !== undefined) return view.getUint32(hash - bias + 4, true);
  const gnuHash = tables.get(TAG.gnuHash);
  return gnuHash === undefined ? 0 : gnuHashSymbolCount(view, gnuHash - bias);
}

/** The highest symbol of any bucket's chain; a chain ends with an odd hash. */
function gnuHashSymbolCount(view: DataView, at: number): number {
  const buckets = view.getUint32(at, true);
  const firstSymbol = view.getUint32(at + 4, true);
  const bucketsAt = at + 16 + view.getUint32(at + 8, true) * 8;
  const chainsAt = bucketsAt + buckets * 4;
  let last = 0;
  for (let index = 0; index < buckets; index++) last = Math.max(last, view.getUint32(bucketsAt + index * 4, true));
  if (last < firstSymbol) return firstSymbol;
  while ((view.getUint32(chainsAt + (last - firstSymbol) * 4, true) & 1) === 0) last++;
  return last + 1;
}

/** A 64-bit word; anything beyond 2^53 is out of every image and fails the next read. */
function readWord(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function readString(image: Uint8Array, at: number): string {
  return Buffer.from(image.subarray(at, image.indexOf(0, at))).toString('latin1');
}

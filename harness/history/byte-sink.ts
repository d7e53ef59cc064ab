const FIRST_CAPACITY = 128 * 1024;

/** A growing byte buffer with the number formats of the history file. All of them little-endian. */
export class ByteSink {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written, from `start` on; valid until the next write. */
  view(start = 0): Buffer {
    return this.#bytes.subarray(start, this.#length);
  }

  /** Forgets everything from `length` on. */
  truncate(length: number): void {
    this.#length = length;
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number in [0, 2^53): 7 bits a byte, lowest first, the top bit says that more follow. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    // Bit operations hold 31 bits; the few larger numbers are brought down by division first.
    while (rest > 0x7fffffff) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  /** The text's bytes behind their number as a varint. UTF-8 replaces unpaired surrogates; UTF-16 keeps them. */
  text(value: string, encoding: 'utf8' | 'utf16le'): void {
    const size = Buffer.byteLength(value, encoding);
    this.varint(size);
    this.#reserve(size);
    this.#length += this.#bytes.write(value, this.#length, encoding);
  }

  /** Room for `size` bytes that are filled in later through {@link view}. */
  skip(size: number): void {
    this.#reserve(size);
    this.#length += size;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + size));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

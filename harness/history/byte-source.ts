/** The bytes do not follow the format. `position` is where reading stopped. */
export class MalformedBytesError extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.name = 'MalformedBytesError';
    this.position = position;
  }
}

/** Reads what `ByteSink` writes. Every read checks the limit and throws {@link MalformedBytesError} behind it. */
export class ByteSource {
  readonly #bytes: Buffer;
  #position = 0;
  #limit = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#position;
  }

  get atLimit(): boolean {
    return this.#position >= this.#limit;
  }

  /** Goes on at `start`; reading past `limit` is an error. */
  seek(start: number, limit: number): void {
    this.#position = start;
    this.#limit = limit;
  }

  uint8(): number {
    if (this.#position >= this.#limit) this.#overrun();
    return this.#bytes[this.#position++] ?? 0;
  }

  varint(): number {
    const first = this.uint8();
    if (first < 0x80) return first;
    const second = this.uint8();
    if (second < 0x80) return (first & 0x7f) | (second << 7);
    const third = this.uint8();
    if (third < 0x80) return (first & 0x7f) | ((second & 0x7f) << 7) | (third << 14);
    return this.#longVarint((first & 0x7f) | ((second & 0x7f) << 7) | ((third & 0x7f) << 14));
  }

  float64(): number {
    const start = this.#take(8);
    return this.#bytes.readDoubleLE(start);
  }

  text(encoding: 'utf8' | 'utf16le'): string {
    const size = this.varint();
    const start = this.#take(size);
    return this.#bytes.toString(encoding, start, start + size);
  }

  fail(message: string): never {
    throw new MalformedBytesError(this.#position, message);
  }

  #longVarint(low: number): number {
    let value = low;
    let scale = 0x200000;
    for (;;) {
      const byte = this.uint8();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) this.fail('expected a number below 2^53, a larger one came');
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  #take(size: number): number {
    const start = this.#position;
    if (start + size > this.#limit) this.#overrun();
    this.#position = start + size;
    return start;
  }

  #overrun(): never {
    this.fail('a record runs past the end of its block');
  }
}

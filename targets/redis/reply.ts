/** An error that the server answered with; its first word says which. */
export class ErrorReply extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ErrorReply';
  }
}

/** A reply as RESP 2 has it. */
export type Reply = string | number | null | ErrorReply | readonly Reply[];

interface OpenArray {
  readonly items: Reply[];
  left: number;
}

/** The head of an array: how many replies follow. */
interface ArrayHead {
  readonly length: number;
}

const LINE_END = '\r\n';

/**
 * Reads replies of the RESP 2 protocol (https://redis.io/docs/latest/develop/reference/protocol-spec/) out of the chunks
 * in which they arrive. Every byte is looked at once, but for a string that is not complete yet.
 */
export class ReplyReader {
  #unread: Buffer = Buffer.alloc(0);
  readonly #open: OpenArray[] = [];

  push(chunk: Buffer): void {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
  }

  /** The next reply; undefined until it is complete. Throws where the bytes are no reply. */
  read(): Reply | undefined {
    for (;;) {
      const item = this.#readItem();
      if (item === undefined) return undefined;
      if (isArrayHead(item)) {
        if (item.length > 0) {
          this.#open.push({ items: [], left: item.length });
          continue;
        }
      }
      const complete = this.#place(isArrayHead(item) ? (item.length < 0 ? null : []) : item);
      if (complete !== undefined) return complete;
    }
  }

  /** Puts a value into the innermost open array; answers what is complete at the outermost level by that. */
  #place(value: Reply): Reply | undefined {
    let complete = value;
    for (let array = this.#open.at(-1); array !== undefined; array = this.#open.at(-1)) {
      array.items.push(complete);
      if (--array.left > 0) return undefined;
      this.#open.pop();
      complete = array.items;
    }
    return complete;
  }

  #readItem(): Reply | ArrayHead | undefined {
    const lineEnd = this.#unread.indexOf(LINE_END);
    if (lineEnd < 0) return undefined;
    const line = this.#unread.toString('utf8', 1, lineEnd);
    const afterLine = lineEnd + LINE_END.length;
    switch (String.fromCharCode(this.#unread[0] ?? 0)) {
      case '+':
        return this.#taken(line, afterLine);
      case '-':
        return this.#taken(new ErrorReply(line), afterLine);
      case ':':
        return this.#taken(Number(line), afterLine);
      case '*':
        return this.#taken({ length: Number(line) }, afterLine);
      case '$': {
        const length = Number(line);
        if (length < 0) return this.#taken(null, afterLine);
        const end = afterLine + length;
        if (this.#unread.length < end + LINE_END.length) return undefined;
        return this.#taken(this.#unread.toString('utf8', afterLine, end), end + LINE_END.length);
      }
      default:
        throw new Error(`expected a RESP reply, got ${JSON.stringify(this.#unread.toString('latin1', 0, 40))}`);
    }
  }

  #taken<T>(item: T, byteCount: number): T {
    this.#unread = this.#unread.subarray(byteCount);
    return item;
  }
}

/** A command as RESP has it: an array of strings. */
export function encodeCommand(words: readonly string[]): string {
  const strings = words.map((word) => `$${Buffer.byteLength(word)}${LINE_END}${word}${LINE_END}`);
  return `*${words.length}${LINE_END}${strings.join('')}`;
}

function isArrayHead(item: Reply | ArrayHead): item is ArrayHead {
  return typeof item === 'object' && item !== null && !Array.isArray(item) && !(item instanceof ErrorReply);
}

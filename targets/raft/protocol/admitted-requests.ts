/** Requests remembered per sender; older ones count as admitted. */
const REMEMBERED_MAX = 4096;
/** Lives of processes remembered per leadership. */
const SENDERS_MAX = 256;

interface SenderWindow {
  /** Everything up to here counts as admitted. */
  floor: number;
  readonly sequences: Set<number>;
}

/**
 * Which forwarded requests a leader has let in during one term, so that a message the network duplicated is not executed
 * twice. Bounded: what it has forgotten counts as admitted, which costs an answer and never correctness.
 */
export class AdmittedRequests {
  readonly #senders = new Map<string, SenderWindow>();

  /** True the first time; false where it was, or may have been, admitted before. */
  admit(sender: string, sequence: number): boolean {
    if (this.mayHave(sender, sequence)) return false;
    let window = this.#senders.get(sender);
    if (window === undefined) {
      window = { floor: 0, sequences: new Set() };
      this.#senders.set(sender, window);
    }
    window.sequences.add(sequence);
    if (window.sequences.size > REMEMBERED_MAX) forgetOlderHalf(window);
    return true;
  }

  /** False only where it certainly was not admitted. */
  mayHave(sender: string, sequence: number): boolean {
    const window = this.#senders.get(sender);
    if (window === undefined) return this.#senders.size >= SENDERS_MAX;
    return sequence <= window.floor || window.sequences.has(sequence);
  }
}

function forgetOlderHalf(window: SenderWindow): void {
  const sorted = [...window.sequences].sort((left, right) => left - right);
  const forgotten = sorted.slice(0, REMEMBERED_MAX / 2);
  window.floor = forgotten.at(-1) ?? window.floor;
  for (const sequence of forgotten) window.sequences.delete(sequence);
}

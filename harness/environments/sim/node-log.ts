import type { JsonValue } from '../../kernel/json.ts';

interface LogEntry {
  readonly atNs: number;
  readonly event: string;
  readonly detail: JsonValue | undefined;
}

/** The last lines of one node's log. Entries are kept as they are and only turned into text when somebody reads them. */
export class NodeLog {
  readonly #linesMax: number;
  #entries: LogEntry[] = [];
  #droppedCount = 0;

  constructor(linesMax: number) {
    this.#linesMax = linesMax;
  }

  add(atNs: number, event: string, detail?: JsonValue): void {
    this.#entries.push({ atNs, event, detail });
    // Dropping the older half at once keeps adding O(1) on average.
    if (this.#entries.length > 2 * this.#linesMax) {
      this.#droppedCount += this.#linesMax + 1;
      this.#entries = this.#entries.slice(this.#linesMax + 1);
    }
  }

  /** Oldest line first; times are seconds of the run. */
  text(): string {
    const from = Math.max(0, this.#entries.length - this.#linesMax);
    const droppedCount = this.#droppedCount + from;
    const lines = this.#entries.slice(from).map(({ atNs, event, detail }) => {
      const time = (atNs / 1e9).toFixed(6).padStart(12);
      return detail === undefined ? `${time} ${event}` : `${time} ${event} ${JSON.stringify(detail)}`;
    });
    if (droppedCount > 0) lines.unshift(`(${droppedCount} older lines were dropped)`);
    return lines.map((line) => `${line}\n`).join('');
  }
}

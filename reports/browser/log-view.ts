import type { LogLine } from './log-lines.ts';
import { pageElement, textElement } from './page-element.ts';

const LINE_HEIGHT = 18;
const OVERSCAN = 12;

/** The list of log lines: only what is on screen is in the document, so its length does not matter. */
export class LogView {
  readonly #lines: readonly LogLine[];
  readonly #onJump: (timeMs: number) => void;
  readonly #frame = pageElement('log-lines', HTMLDivElement);
  readonly #content = textElement('div', '', 'log-content');
  readonly #search = pageElement('log-search', HTMLInputElement);
  readonly #node = pageElement('log-node', HTMLSelectElement);
  #shown: readonly LogLine[] = [];

  constructor(lines: readonly LogLine[], onJump: (timeMs: number) => void) {
    this.#lines = lines;
    this.#onJump = onJump;
    this.#frame.append(this.#content);
    this.#frame.addEventListener('scroll', () => this.#draw());
    this.#search.addEventListener('input', () => this.#filter());
    this.#node.addEventListener('change', () => this.#filter());
    this.#filter();
  }

  /** Scrolls to the first line at or after a time. */
  showTime(timeMs: number): void {
    const index = this.#shown.findIndex((line) => line.timeMs !== undefined && line.timeMs >= timeMs);
    if (index !== -1) this.#frame.scrollTop = Math.max(0, index * LINE_HEIGHT - this.#frame.clientHeight / 3);
  }

  #filter(): void {
    const wanted = this.#search.value.toLowerCase();
    const node = this.#node.value;
    this.#shown = this.#lines.filter(
      (line) => (node === '' || line.node === node) && (wanted === '' || line.text.toLowerCase().includes(wanted)),
    );
    pageElement('log-count', HTMLSpanElement).textContent =
      `${this.#shown.length.toLocaleString('en')} of ${this.#lines.length.toLocaleString('en')} lines`;
    this.#content.style.height = `${this.#shown.length * LINE_HEIGHT}px`;
    this.#frame.scrollTop = 0;
    this.#draw();
  }

  #draw(): void {
    const first = Math.max(0, Math.floor(this.#frame.scrollTop / LINE_HEIGHT) - OVERSCAN);
    const count = Math.ceil(this.#frame.clientHeight / LINE_HEIGHT) + 2 * OVERSCAN;
    this.#content.replaceChildren(
      ...this.#shown.slice(first, first + count).map((line, index) => this.#row(line, first + index)),
    );
  }

  #row(line: LogLine, index: number): HTMLElement {
    const row = textElement('div', '', 'log-line');
    row.style.top = `${index * LINE_HEIGHT}px`;
    const { timeMs } = line;
    if (timeMs === undefined) row.append(textElement('span', '', 'log-time'));
    else {
      const jump = textElement('button', `${(timeMs / 1000).toFixed(3)} s`, 'log-time');
      jump.tabIndex = -1;
      jump.addEventListener('click', () => this.#onJump(timeMs));
      row.append(jump);
    }
    row.append(textElement('span', line.node, 'log-node'), textElement('span', line.text, 'log-text'));
    return row;
  }
}

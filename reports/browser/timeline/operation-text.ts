import { NO_KEY, NULL_CODE } from '../../../harness/kernel/history.ts';
import { formatNs } from '../../html/format.ts';
import { visibleText } from '../../html/visible-text.ts';
import type { PageValues, RunPageHead } from '../../run/run-page-data.ts';
import type { TimelineOperations } from './timeline-operations.ts';

const OUTCOMES = ['?', 'ok', 'fail', 'info'] as const;

/** Words for operations. Texts of values that are not whole numbers come with the first call of {@link load}. */
export class OperationText {
  readonly #operations: TimelineOperations;
  readonly #head: RunPageHead;
  readonly #unpack: () => Promise<PageValues>;
  #loading: Promise<void> | undefined;
  #values: PageValues | undefined;

  constructor(operations: TimelineOperations, head: RunPageHead, unpack: () => Promise<PageValues>) {
    this.#operations = operations;
    this.#head = head;
    this.#unpack = unpack;
  }

  /** Unpacks the values once. */
  load(): Promise<void> {
    this.#loading ??= this.#unpack().then((values) => {
      this.#values = values;
    });
    return this.#loading;
  }

  /** `x: write 5`, `x: read → 7`, `cas [1,2] ✗ mismatch`. */
  short(operation: number): string {
    const { f, key, argument, answer, outcome, error } = this.#operations;
    const subject = key[operation] === NO_KEY ? '' : `${this.value(key[operation] ?? 0)}: `;
    const asked = argument[operation] === NULL_CODE ? '' : ` ${this.value(argument[operation] ?? 0)}`;
    const name = `${subject}${visibleText(this.#head.fNames[f[operation] ?? 0] ?? '')}`;
    if (outcome[operation] === 1) {
      const answered = answer[operation] ?? NULL_CODE;
      // A plain acknowledgement, or the argument once more, says nothing.
      const plain = answered === argument[operation] || (answered === NULL_CODE && asked !== '');
      return `${name}${asked}${plain ? '' : ` → ${this.value(answered)}`}`;
    }
    const code = this.#head.errors[(error[operation] ?? 0) - 1]?.split(':')[0] ?? '';
    return `${name}${asked} ${outcome[operation] === 2 ? '✗' : '?'} ${visibleText(code)}`;
  }

  /** Everything known about an operation, as pairs of name and text. */
  full(operation: number): readonly (readonly [string, string])[] {
    const { process, node, key, argument, answer, outcome, error, never, invokeEntry, completionEntry, start, end } =
      this.#operations;
    const nodeName = this.#head.nodes[node[operation] ?? -1];
    const failure = this.#head.errors[(error[operation] ?? 0) - 1];
    const ended = never[operation] === 1;
    return [
      ['operation', visibleText(this.#head.fNames[this.#operations.f[operation] ?? 0] ?? '')],
      ['process', `${process[operation] ?? 0}${nodeName === undefined ? '' : ` on ${visibleText(nodeName)}`}`],
      ...(key[operation] === NO_KEY ? [] : [['key', this.value(key[operation] ?? 0)] as const]),
      ['invoked', `${this.#time(start[operation] ?? 0)}, entry ${invokeEntry[operation] ?? 0}`],
      ['completed', ended ? 'never' : `${this.#time(end[operation] ?? 0)}, entry ${completionEntry[operation] ?? 0}`],
      ...(ended ? [] : [['took', this.lasted(operation)] as const]),
      ['outcome', OUTCOMES[outcome[operation] ?? 0] ?? '?'],
      ['asked', this.value(argument[operation] ?? 0)],
      ...(outcome[operation] === 1 ? [['answered', this.value(answer[operation] ?? 0)] as const] : []),
      ...(failure === undefined ? [] : [['error', visibleText(failure)] as const]),
    ];
  }

  /** How long it took. */
  lasted(operation: number): string {
    const { start, end, never } = this.#operations;
    if (never[operation] === 1) return 'never answered';
    return formatNs(((end[operation] ?? 0) - (start[operation] ?? 0)) * this.#head.unitNs);
  }

  /** The text of a value code. */
  value(code: number): string {
    if (code >= 0) return String(code);
    if (code === NULL_CODE) return 'nil';
    if (code === NO_KEY) return '';
    if (this.#values === undefined) return '…';
    return visibleText(this.#values[~code] ?? '(value not in this page)');
  }

  #time(units: number): string {
    return `${((units * this.#head.unitNs) / 1e9).toFixed(6)} s`;
  }
}

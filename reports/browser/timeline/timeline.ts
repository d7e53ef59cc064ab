import { lowerBound } from '../../../harness/kernel/bounds.ts';
import { visibleText } from '../../html/visible-text.ts';
import type { RunPageHead } from '../../run/run-page-data.ts';
import { optionalElement, pageElement, textElement } from '../page-element.ts';
import { onThemeChange } from '../theme.ts';
import { operationFilter } from './operation-filter.ts';
import type { OperationText } from './operation-text.ts';
import { Overview } from './overview.ts';
import { readPalette } from './palette.ts';
import { startGestures } from './gestures.ts';
import { Scene } from './scene.ts';
import type { TimelineOperations } from './timeline-operations.ts';

/** The interactive timeline of a run's page. Draws at most once per frame, and only when something changed. */
export class Timeline {
  readonly #operations: TimelineOperations;
  readonly #head: RunPageHead;
  readonly #text: OperationText;
  readonly #scene: Scene;
  readonly #canvas = pageElement('tl-canvas', HTMLCanvasElement);
  readonly #overview: Overview;
  readonly #status = pageElement('tl-status', HTMLSpanElement);
  readonly #selectListeners: ((timeMs: number) => void)[] = [];
  #palette = readPalette();
  #finding = -1;
  #frame = 0;

  constructor(operations: TimelineOperations, head: RunPageHead, text: OperationText) {
    this.#operations = operations;
    this.#head = head;
    this.#text = text;
    this.#scene = new Scene(operations, head, text);
    this.#overview = new Overview(pageElement('tl-overview', HTMLCanvasElement), operations, head, (center) => {
      const half = this.#scene.viewport.span / 2;
      this.#scene.viewport.show(center - half, center + half);
      this.redraw();
    });
    this.#filter();
    this.#wireToolbar();
    startGestures(this.#canvas, this.#scene, {
      redraw: () => this.redraw(),
      select: (operation) => this.select(operation),
      step: (step) => this.#step(step),
      finding: (step) => this.#nextFinding(step),
      tip: (x, y) => this.#tip(x, y),
    });
    onThemeChange(() => {
      this.#palette = readPalette();
      this.#resize();
    });
    new ResizeObserver(() => this.#resize()).observe(pageElement('timeline-frame', HTMLDivElement));
    this.#resize();
  }

  /** Calls back with the time of each operation that is selected. */
  onSelect(listener: (timeMs: number) => void): void {
    this.#selectListeners.push(listener);
  }

  /** Shows and marks the operations of a finding. */
  showFinding(index: number): void {
    const finding = this.#head.findings[index];
    if (finding === undefined) return;
    this.#finding = index;
    const operations = finding.entries.map((entry) => this.#byEntry(entry)).filter((operation) => operation >= 0);
    this.#scene.marked = new Set(operations);
    const first = operations[0];
    if (first !== undefined) {
      const start = Math.min(...operations.map((operation) => this.#operations.start[operation] ?? 0));
      const end = Math.max(...operations.map((operation) => this.#endShown(operation)));
      const margin = Math.max(10, (end - start) * 0.25);
      this.#scene.viewport.show(start - margin, end + margin);
      this.#scene.reveal(first);
    }
    this.#say(`finding ${index + 1} of ${this.#head.findings.length}: ${visibleText(finding.title)}`);
    this.#bringIntoView();
    this.redraw();
  }

  /** Centers a time of the run. */
  showTime(timeMs: number): void {
    const center = (timeMs * 1e6) / this.#head.unitNs;
    const half = Math.min(this.#scene.viewport.span, this.#operations.endOfRun / 20) / 2;
    this.#scene.viewport.show(center - half, center + half);
    this.#bringIntoView();
    this.redraw();
  }

  /** Marks an operation and shows both its entries; -1 for none. */
  select(operation: number): void {
    this.#scene.selected = operation;
    const panel = pageElement('tl-selected', HTMLDivElement);
    panel.hidden = operation < 0;
    this.redraw();
    if (operation < 0) return;
    this.#scene.reveal(operation);
    const timeMs = ((this.#operations.start[operation] ?? 0) * this.#head.unitNs) / 1e6;
    for (const listener of this.#selectListeners) listener(timeMs);
    void this.#text.load().then(() => {
      if (this.#scene.selected !== operation) return;
      panel.replaceChildren(this.#details(operation));
      this.#say(`${this.#text.short(operation)}, ${this.#text.lasted(operation)}`);
      this.redraw();
    });
  }

  /** Draws before the next repaint. */
  redraw(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (context === null) return;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    this.#scene.draw(context, this.#palette);
    const { from, to } = this.#scene.viewport;
    this.#overview.show(from, to, this.#palette);
    // For whoever looks at the page with a program: seconds of the run.
    const seconds = (units: number): string => ((units * this.#head.unitNs) / 1e9).toFixed(6);
    this.#canvas.dataset['view'] = `${seconds(from)} ${seconds(to)}`;
  }

  #resize(): void {
    const width = pageElement('timeline-frame', HTMLDivElement).clientWidth;
    if (width === 0) return;
    this.#scene.width = width;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(this.#scene.height * devicePixelRatio);
    this.#canvas.style.height = `${this.#scene.height}px`;
    const times = this.#head.findings.flatMap(({ entries }) =>
      entries.slice(0, 1).map((entry) => this.#operations.start[this.#byEntry(entry)] ?? 0),
    );
    this.#overview.resize(width, this.#palette, times);
    this.#draw();
  }

  #wireToolbar(): void {
    for (const id of ['tl-lanes', 'tl-f', 'tl-outcome']) {
      pageElement(id, HTMLSelectElement).addEventListener('change', () => this.#refilter());
    }
    for (const id of ['tl-key', 'tl-process']) {
      pageElement(id, HTMLInputElement).addEventListener('change', () => this.#refilter());
    }
    const onClick = (id: string, act: () => void): void => {
      optionalElement(id, HTMLButtonElement)?.addEventListener('click', () => {
        act();
        this.redraw();
      });
    };
    onClick('tl-in', () => this.#scene.viewport.zoom(2));
    onClick('tl-out', () => this.#scene.viewport.zoom(0.5));
    onClick('tl-fit', () => this.#scene.viewport.all());
    onClick('tl-next', () => this.#nextFinding(1));
    onClick('tl-previous', () => this.#nextFinding(-1));
  }

  #refilter(): void {
    // Keys may be words, whose texts come with the values.
    void this.#text.load().then(() => {
      this.#filter();
      this.#resize();
    });
  }

  #filter(): void {
    const f = pageElement('tl-f', HTMLSelectElement).value;
    const accepts = operationFilter(this.#operations, this.#text, {
      key: pageElement('tl-key', HTMLInputElement).value.trim(),
      process: pageElement('tl-process', HTMLInputElement).value,
      f: f === '' ? -1 : Number(f),
      outcome: Number(pageElement('tl-outcome', HTMLSelectElement).value),
    });
    this.#scene.lay(pageElement('tl-lanes', HTMLSelectElement).value === 'process' ? 'process' : 'node', accepts);
    const all = this.#operations.count.toLocaleString('en');
    const shown = this.#scene.shown;
    this.#status.textContent =
      shown === this.#operations.count ? `${all} operations` : `${shown.toLocaleString('en')} of ${all} operations`;
  }

  #step(step: 1 | -1): void {
    const from = this.#scene.selected >= 0 ? this.#scene.selected : this.#firstInView();
    const next = this.#scene.selected >= 0 ? this.#scene.neighbour(from, step) : from;
    if (next < 0) return;
    const { viewport } = this.#scene;
    const start = this.#operations.start[next] ?? 0;
    if (start < viewport.from || start > viewport.to)
      viewport.show(start - viewport.span / 2, start + viewport.span / 2);
    this.select(next);
  }

  #firstInView(): number {
    return this.#operations.start.findIndex((start) => start >= this.#scene.viewport.from);
  }

  #nextFinding(step: 1 | -1): void {
    const count = this.#head.findings.length;
    if (count > 0) this.showFinding((Math.max(this.#finding, step === 1 ? -1 : 0) + step + count) % count);
  }

  /** Text for a place on the canvas, shown beside the pointer; undefined hides it. */
  #tip(x: number | undefined, y: number | undefined): void {
    const tip = pageElement('tl-tip', HTMLDivElement);
    const operation = x === undefined || y === undefined ? -1 : this.#scene.operationAt(x, y);
    const fault = x === undefined || y === undefined ? undefined : this.#scene.faultAt(x, y);
    tip.hidden = operation < 0 && fault === undefined;
    if (tip.hidden || x === undefined || y === undefined) return;
    if (operation >= 0) {
      void this.#text.load();
      const node = this.#head.nodes[this.#operations.node[operation] ?? -1] ?? '';
      const process = `p${this.#operations.process[operation] ?? 0}${node === '' ? '' : ` on ${visibleText(node)}`}`;
      tip.textContent = `${process}: ${this.#text.short(operation)} (${this.#text.lasted(operation)})`;
    } else tip.textContent = visibleText(fault?.title ?? '');
    const frame = pageElement('timeline-frame', HTMLDivElement);
    tip.style.left = `${Math.min(x + 12, Math.max(0, frame.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${this.#canvas.offsetTop + y + 16}px`;
  }

  #details(operation: number): HTMLElement {
    const list = textElement('dl', '', 'facts');
    for (const [name, value] of this.#text.full(operation))
      list.append(textElement('dt', name), textElement('dd', value));
    const node = this.#head.nodes[this.#operations.node[operation] ?? -1] ?? '';
    const startMs = ((this.#operations.start[operation] ?? 0) * this.#head.unitNs) / 1e6;
    const endMs = ((this.#operations.end[operation] ?? 0) * this.#head.unitNs) / 1e6;
    const faults = this.#head.faults.filter(({ fromMs, toMs }) => fromMs < endMs && toMs > startMs);
    if (faults.length > 0) {
      const words = faults.map(({ title, nodes }) => {
        const here = nodes[node];
        return `${title}${here === undefined ? '' : `: ${node} ${here}`}`;
      });
      list.append(textElement('dt', 'meanwhile'), textElement('dd', words.join('; ')));
    }
    return list;
  }

  #endShown(operation: number): number {
    const { never, start, end } = this.#operations;
    return (never[operation] === 1 ? start[operation] : end[operation]) ?? 0;
  }

  /** The operation invoked at an entry; entries of invocations ascend. */
  #byEntry(entry: number): number {
    const entries = this.#operations.invokeEntry;
    const operation = lowerBound(entries, entry);
    return entries[operation] === entry ? operation : -1;
  }

  #bringIntoView(): void {
    pageElement('timeline', HTMLElement).scrollIntoView({ block: 'nearest' });
  }

  #say(text: string): void {
    pageElement('announcer', HTMLDivElement).textContent = text;
  }
}

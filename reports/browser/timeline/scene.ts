import { visibleText } from '../../html/visible-text.ts';
import type { PageFault, RunPageHead } from '../../run/run-page-data.ts';
import { summarizeLane, type SummaryLevel } from './lane-summary.ts';
import { EXACT_MAX, LanePainter } from './lane-painter.ts';
import { firstInvokedFrom, layLanes, type Lane, type LaneMode, type Lanes } from './lanes.ts';
import type { OperationText } from './operation-text.ts';
import type { Palette } from './palette.ts';
import type { TimelineOperations } from './timeline-operations.ts';
import { Viewport } from './viewport.ts';

const AXIS_HEIGHT = 22;
const RIBBON_HEIGHT = 12;
const LANES_HEIGHT = 420;
const LANE_HEIGHT_MIN = 8;
const LANE_HEIGHT_MAX = 24;
/** Operations in view up to which bars carry words. */
const LABELS_MAX = 1500;

/** What is drawn and where: lanes, faults, marks. Knows geometry; the timeline around it knows events. */
export class Scene {
  readonly viewport: Viewport;
  readonly #operations: TimelineOperations;
  readonly #head: RunPageHead;
  readonly #text: OperationText;
  readonly #painter: LanePainter;
  readonly #kinds: readonly PageFault['kind'][];
  #lanes: Lanes = { lanes: [], order: new Uint32Array(0) };
  #summaries = new Map<Lane, readonly SummaryLevel[]>();
  #mode: LaneMode = 'node';
  width = 600;
  scrollTop = 0;
  selected = -1;
  marked: ReadonlySet<number> = new Set();

  constructor(operations: TimelineOperations, head: RunPageHead, text: OperationText) {
    this.#operations = operations;
    this.#head = head;
    this.#text = text;
    this.#painter = new LanePainter(operations);
    this.#kinds = [...new Set(head.faults.map(({ kind }) => kind))];
    this.viewport = new Viewport(operations.endOfRun);
    this.viewport.all();
  }

  /** Lays the accepted operations out in lanes. O(operations). */
  lay(mode: LaneMode, accepts: (operation: number) => boolean): void {
    const names = this.#head.nodes.map((name, index) => ({ name, index }));
    names.sort((left, right) => left.name.localeCompare(right.name, 'en', { numeric: true }));
    const ranks = new Map(names.map(({ index }, rank) => [index, rank]));
    this.#mode = mode;
    this.#lanes = layLanes(this.#operations, mode, (node) => ranks.get(node) ?? Infinity, accepts);
    this.#summaries = new Map();
    this.scrollTop = 0;
  }

  get shown(): number {
    return this.#lanes.order.length;
  }

  get laneHeight(): number {
    const even = Math.floor(LANES_HEIGHT / Math.max(1, this.#lanes.lanes.length));
    return Math.min(LANE_HEIGHT_MAX, Math.max(LANE_HEIGHT_MIN, even));
  }

  get height(): number {
    return (
      this.#top + Math.min(LANES_HEIGHT, Math.max(LANE_HEIGHT_MAX, this.#lanes.lanes.length * this.laneHeight)) + 2
    );
  }

  get scrollMax(): number {
    return Math.max(0, this.#lanes.lanes.length * this.laneHeight - LANES_HEIGHT);
  }

  /** Width of the lane names. */
  get left(): number {
    return this.width < 560 ? 46 : 76;
  }

  get #top(): number {
    return AXIS_HEIGHT + this.#kinds.length * RIBBON_HEIGHT + 4;
  }

  /** The operation at a place on the canvas, or -1. Bars are at least four pixels wide to a pointer. */
  operationAt(x: number, y: number): number {
    const lane = this.#lanes.lanes[Math.floor((y - this.#top + this.scrollTop) / this.laneHeight)];
    if (lane === undefined || y < this.#top || x < this.left) return -1;
    const { start, end } = this.#operations;
    const units = this.viewport.span / (this.width - this.left);
    const time = this.viewport.from + (x - this.left) * units;
    const slot = firstInvokedFrom(this.#lanes, lane, start, time);
    let best = -1;
    let bestDistance = 4 * units;
    for (const candidate of [slot - 1, slot]) {
      if (candidate < lane.from || candidate >= lane.to) continue;
      const operation = this.#lanes.order[candidate] ?? 0;
      const distance = Math.max(0, (start[operation] ?? 0) - time, time - (end[operation] ?? 0));
      if (distance < bestDistance) {
        best = operation;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** The fault whose band is at a place in the ribbon, if any. */
  faultAt(x: number, y: number): PageFault | undefined {
    const kind = this.#kinds[Math.floor((y - AXIS_HEIGHT) / RIBBON_HEIGHT)];
    if (kind === undefined || y < AXIS_HEIGHT) return undefined;
    return this.#head.faults.find(
      (fault) =>
        fault.kind === kind && this.#x(this.#units(fault.fromMs)) <= x && this.#x(this.#units(fault.toMs)) >= x,
    );
  }

  /** The operation after (or before) another of the same lane, or -1. */
  neighbour(operation: number, step: 1 | -1): number {
    const lane = this.#laneOf(operation);
    if (lane === undefined) return -1;
    const slot = firstInvokedFrom(this.#lanes, lane, this.#operations.start, this.#operations.start[operation] ?? 0);
    for (let at = slot; at >= lane.from && at < lane.to; at += step) {
      const other = this.#lanes.order[at] ?? 0;
      if (step === 1 ? other > operation : other < operation) return other;
    }
    return -1;
  }

  /** Scrolls so that an operation's lane is in view. */
  reveal(operation: number): void {
    const lane = this.#laneOf(operation);
    if (lane === undefined) return;
    const y = this.#lanes.lanes.indexOf(lane) * this.laneHeight;
    if (y < this.scrollTop || y > this.scrollTop + LANES_HEIGHT - this.laneHeight) {
      this.scrollTop = Math.min(this.scrollMax, Math.max(0, y - LANES_HEIGHT / 2));
    }
  }

  draw(context: CanvasRenderingContext2D, palette: Palette): void {
    context.fillStyle = palette.surface;
    context.fillRect(0, 0, this.width, this.height);
    const first = Math.floor(this.scrollTop / this.laneHeight);
    const last = Math.min(this.#lanes.lanes.length, first + Math.ceil(LANES_HEIGHT / this.laneHeight) + 1);
    const rows = this.#lanes.lanes.slice(first, last).map((lane, index) => ({
      lane,
      y: this.#top + (first + index) * this.laneHeight - this.scrollTop,
    }));
    this.#drawAxis(context, palette);
    context.save();
    context.beginPath();
    context.rect(this.left, AXIS_HEIGHT, this.width - this.left, this.height - AXIS_HEIGHT);
    context.clip();
    this.#drawFaults(context, palette, rows);
    const inView = this.#drawBars(context, palette, rows);
    if (inView <= LABELS_MAX) this.#drawLabels(context, palette, rows);
    this.#drawMarks(context, palette, rows);
    context.restore();
    this.#drawNames(context, palette, rows);
  }

  #drawFaults(context: CanvasRenderingContext2D, palette: Palette, rows: readonly Row[]): void {
    for (const fault of this.#head.faults) {
      const from = this.#x(this.#units(fault.fromMs));
      const to = this.#x(this.#units(fault.toMs));
      if (to < this.left || from > this.width) continue;
      const width = Math.max(1, to - from);
      context.fillStyle = palette.faults[fault.kind];
      context.globalAlpha = fault.acted ? 0.06 : 0.02;
      context.fillRect(from, this.#top, width, this.height);
      context.globalAlpha = fault.acted ? 0.22 : 0.06;
      for (const { lane, y } of this.#mode === 'node' ? rows : []) {
        if (fault.nodes[this.#head.nodes[lane.node] ?? ''] !== undefined) {
          context.fillRect(from, y, width, this.laneHeight);
        }
      }
      context.globalAlpha = fault.acted ? 1 : 0.4;
      const ribbonY = AXIS_HEIGHT + this.#kinds.indexOf(fault.kind) * RIBBON_HEIGHT;
      context.fillRect(from, ribbonY + 1, width, RIBBON_HEIGHT - 2);
    }
    context.globalAlpha = 1;
  }

  #drawBars(context: CanvasRenderingContext2D, palette: Palette, rows: readonly Row[]): number {
    let inView = 0;
    for (const { lane } of rows) {
      inView +=
        firstInvokedFrom(this.#lanes, lane, this.#operations.start, this.viewport.to) -
        firstInvokedFrom(this.#lanes, lane, this.#operations.start, this.viewport.from);
    }
    const ratio = devicePixelRatio;
    const gap = this.laneHeight >= 12 ? 3 : 1;
    const height = this.height - this.#top;
    this.#painter.begin(Math.round((this.width - this.left) * ratio), Math.round(height * ratio), palette);
    for (const { lane, y } of rows) {
      const top = Math.round((y + gap - this.#top) * ratio);
      const box = { y: top, height: Math.max(1, Math.round((this.laneHeight - 2 * gap) * ratio)) };
      if (inView <= EXACT_MAX) this.#painter.exact(this.#lanes, lane, this.viewport, box);
      else this.#painter.summarized(this.#summaryOf(lane), this.viewport, box);
    }
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.#painter.end(context, Math.round(this.left * ratio), Math.round(this.#top * ratio));
    context.restore();
    return inView;
  }

  #summaryOf(lane: Lane): readonly SummaryLevel[] {
    let levels = this.#summaries.get(lane);
    if (levels === undefined) {
      levels = summarizeLane(this.#operations, this.#lanes, lane);
      this.#summaries.set(lane, levels);
    }
    return levels;
  }

  #drawLabels(context: CanvasRenderingContext2D, palette: Palette, rows: readonly Row[]): void {
    if (this.laneHeight < 14) return;
    const { start, end } = this.#operations;
    context.font = '11px ui-sans-serif, system-ui, sans-serif';
    context.textBaseline = 'middle';
    for (const { lane, y } of rows) {
      const first = Math.max(lane.from, firstInvokedFrom(this.#lanes, lane, start, this.viewport.from) - 1);
      for (let slot = first; slot < lane.to; slot++) {
        const operation = this.#lanes.order[slot] ?? 0;
        const from = Math.max(this.left, this.#x(start[operation] ?? 0));
        if (from > this.width) break;
        const room = this.#x(end[operation] ?? 0) - from - 8;
        if (room < 26) continue;
        const label = this.#text.short(operation);
        const letters = Math.floor(room / 5.9);
        context.fillStyle = palette.onBar;
        context.fillText(
          label.length <= letters ? label : `${label.slice(0, Math.max(1, letters - 1))}…`,
          from + 4,
          y + this.laneHeight / 2,
        );
      }
    }
  }

  #drawMarks(context: CanvasRenderingContext2D, palette: Palette, rows: readonly Row[]): void {
    const outline = (operation: number, color: string, width: number): void => {
      const row = rows.find(({ lane }) => this.#holds(lane, operation));
      if (row === undefined) return;
      const from = this.#x(this.#operations.start[operation] ?? 0);
      const to = this.#x(this.#operations.end[operation] ?? 0);
      context.strokeStyle = color;
      context.lineWidth = width;
      context.strokeRect(from - 1, row.y + 1, Math.max(4, to - from + 2), this.laneHeight - 2);
    };
    for (const operation of this.marked) outline(operation, palette.accent, 2);
    if (this.selected >= 0) outline(this.selected, palette.ink, 2);
  }

  #drawAxis(context: CanvasRenderingContext2D, palette: Palette): void {
    const seconds = (units: number): number => (units * this.#head.unitNs) / 1e9;
    const step = tickStep(seconds(this.viewport.span), (this.width - this.left) / 90);
    const digits = Math.max(0, Math.min(9, -Math.floor(Math.log10(step) + 1e-9)));
    context.font = '11px ui-sans-serif, system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.strokeStyle = palette.grid;
    context.lineWidth = 1;
    const last = seconds(this.viewport.to);
    for (let tick = Math.ceil(seconds(this.viewport.from) / step); tick * step <= last; tick++) {
      const x = Math.round(this.#x((tick * step * 1e9) / this.#head.unitNs)) + 0.5;
      if (x < this.left) continue;
      context.beginPath();
      context.moveTo(x, AXIS_HEIGHT - 5);
      context.lineTo(x, this.height);
      context.globalAlpha = 0.6;
      context.stroke();
      context.globalAlpha = 1;
      context.fillStyle = palette.quiet;
      context.fillText(`${(tick * step).toFixed(digits)} s`, x + 3, AXIS_HEIGHT / 2);
    }
  }

  #drawNames(context: CanvasRenderingContext2D, palette: Palette, rows: readonly Row[]): void {
    context.font = '11px ui-sans-serif, system-ui, sans-serif';
    context.textBaseline = 'middle';
    for (const [index, kind] of this.#kinds.entries()) {
      context.fillStyle = palette.quiet;
      context.fillText(kind, 4, AXIS_HEIGHT + (index + 0.5) * RIBBON_HEIGHT);
    }
    context.fillStyle = palette.surface;
    context.fillRect(0, this.#top, this.left, this.height);
    let lastNode = -1;
    let lastY = -Infinity;
    for (const { lane, y } of rows) {
      const isFirst = this.#mode === 'node' && lane.node !== lastNode;
      lastNode = lane.node;
      if (isFirst && y > this.#top) {
        context.fillStyle = palette.quiet;
        context.globalAlpha = 0.5;
        context.fillRect(0, y, this.width, 1);
        context.globalAlpha = 1;
      }
      if (y - lastY < 12 && !isFirst) continue;
      lastY = y;
      const node = visibleText(this.#head.nodes[lane.node] ?? '');
      context.fillStyle = isFirst ? palette.ink : palette.quiet;
      const name =
        this.#mode === 'node' && isFirst && this.width >= 560 ? `${node}  p${lane.worker}` : `p${lane.worker}`;
      context.fillText(
        isFirst && this.width < 560 ? node : name,
        4,
        y + Math.max(6, this.laneHeight / 2),
        this.left - 6,
      );
    }
  }

  #laneOf(operation: number): Lane | undefined {
    return this.#lanes.lanes.find((lane) => this.#holds(lane, operation));
  }

  #holds(lane: Lane, operation: number): boolean {
    const sameNode = this.#mode === 'process' || lane.node === this.#operations.node[operation];
    return sameNode && lane.worker === this.#operations.worker[operation];
  }

  #x(units: number): number {
    return this.left + ((units - this.viewport.from) * (this.width - this.left)) / this.viewport.span;
  }

  #units(ms: number): number {
    return (ms * 1e6) / this.#head.unitNs;
  }
}

interface Row {
  readonly lane: Lane;
  readonly y: number;
}

function tickStep(seconds: number, ticks: number): number {
  const raw = seconds / Math.max(2, ticks);
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
}

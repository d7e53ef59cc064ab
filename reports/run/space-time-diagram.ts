import type { History } from '../../harness/kernel/history.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import type { MessageEnd, MessageWindow, TracedMessage } from '../../harness/store/run-observations.ts';
import { formatCount, formatNs, plural } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import type { FaultInterval } from '../metrics/fault-intervals.ts';
import { nodeConditions } from '../metrics/node-conditions.ts';
import type { EvidenceOperation, EvidenceWindow } from './evidence-window.ts';
import { operationLabel } from './operation-label.ts';

const WIDTH = 1060;
const LEFT = 52;
const RIGHT = 16;
const TOP = 30;
const LANE = 74;
const COLORS = 6;

/** What a diagram is drawn from. */
export interface SpaceTimeInput {
  readonly history: History;
  readonly messages: MessageWindow;
  /** The operations that show the finding. */
  readonly window: EvidenceWindow | undefined;
  readonly faults: readonly FaultInterval[];
  readonly nodes: readonly NodeId[];
}

/**
 * A space-time diagram after Lamport ("Time, Clocks, and the Ordering of Events", 1978), turned on its side: a line per
 * node, time to the right and to scale, an arrow per message from where it was sent to where it arrived, a cross where it
 * was dropped, and on each node's line the operations that clients had there.
 */
export function spaceTimeDiagram(input: SpaceTimeInput): SafeHtml {
  const { messages: shown, nodes } = input;
  const { messages, toNs } = shown;
  const fromNs = shown.omitted > 0 ? Math.min(...messages.map(({ sentNs }) => sentNs)) : shown.fromNs;
  const frame: Frame = {
    x: (ns) =>
      LEFT + ((Math.min(toNs, Math.max(fromNs, ns)) - fromNs) / Math.max(1, toNs - fromNs)) * (WIDTH - LEFT - RIGHT),
    y: (node) => TOP + (nodes.indexOf(node) + 0.5) * LANE,
    fromNs,
    toNs,
  };
  const height = TOP + nodes.length * LANE + 6;
  const kinds = [...new Set(messages.map(({ kind }) => kind))];
  const label = `messages between ${plural(nodes.length, 'node')} over ${formatNs(toNs - fromNs)}`;
  return html`<details class="messages" open>
    <summary>${plural(messages.length, 'message')} between the nodes</summary>
    <p class="legend quiet">
      ${kinds.map((kind, index) => html`<span class="key m${index % COLORS}">${kind}</span> `)}
      <span class="key dropped">dropped on its way</span>
      ${shown.omitted > 0 && html`The last of ${formatCount(shown.omitted + messages.length)} messages.`}
    </p>
    <div class="scroll" tabindex="0" role="group" aria-label="${label}">
      <svg class="space-time" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
        <title>${label}</title>
        ${ticks(frame, height)} ${nodes.map((node) => lane(input, node, frame))}
        ${messages.map((message) => arrow(message, kinds.indexOf(message.kind) % COLORS, frame))}
        ${(input.window?.operations ?? []).map((operation) => bar(input.history, operation, frame))}
      </svg>
    </div>
  </details>`;
}

interface Frame {
  readonly x: (ns: number) => number;
  readonly y: (node: NodeId) => number;
  readonly fromNs: number;
  readonly toNs: number;
}

function ticks({ x, fromNs, toNs }: Frame, height: number): readonly SafeHtml[] {
  const raw = (toNs - fromNs) / 9;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, raw)));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  const digits = Math.max(0, Math.min(6, 9 - Math.floor(Math.log10(step) + 1e-9)));
  const count = Math.floor(toNs / step) - Math.ceil(fromNs / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const ns = (Math.ceil(fromNs / step) + index) * step;
    return html`<line class="tick" x1="${px(x(ns))}" x2="${px(x(ns))}" y1="20" y2="${height}" /><text
        class="axis"
        x="${px(x(ns))}"
        y="14"
        >${(ns / 1e9).toFixed(digits)} s</text
      >`;
  });
}

/** A node's line, and behind it what it went through. */
function lane({ faults, nodes }: SpaceTimeInput, node: NodeId, { x, y, fromNs, toNs }: Frame): SafeHtml {
  const conditions = faults
    .flatMap((fault) => nodeConditions(fault, nodes))
    .filter((condition) => condition.node === node && condition.acted)
    .filter((condition) => condition.fromNs < toNs && condition.toNs > fromNs);
  const top = y(node) - LANE / 2;
  return html`<g>
    ${conditions.map(
      (condition, index) =>
        html`<rect
            class="behind ${condition.kind}"
            x="${px(x(condition.fromNs))}"
            y="${top + 2}"
            width="${px(Math.max(2, x(condition.toNs) - x(condition.fromNs)))}"
            height="${LANE - 4}"
          /><text class="condition-words" x="${px(x(condition.fromNs) + 5)}" y="${top + 14 + 12 * index}"
            >${condition.words}</text
          >`,
    )}
    <line class="node-line" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(node)}" y2="${y(node)}" />
    <text class="lane-name" x="6" y="${y(node) + 4}">${node}</text>
  </g>`;
}

const FATES: Readonly<Record<MessageEnd, string>> = {
  delivered: 'delivered',
  cut: 'dropped: the link was cut',
  loss: 'lost',
  down: 'dropped: the node was down',
};

function arrow(message: TracedMessage, color: number, { x, y }: Frame): SafeHtml {
  const { from, to, sentNs, endedNs, fate } = message;
  // What is dropped is dropped at the receiver, but an arrow that stops short of it is read as what it is.
  const share = fate === 'delivered' ? 1 : 0.82;
  const [x1, y1] = [x(sentNs), y(from)];
  const [x2, y2] = [x1 + (x(endedNs) - x1) * share, y1 + (y(to) - y1) * share];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const head =
    fate === 'delivered'
      ? `M${px(x2 - 6 * dx - 2.6 * dy)} ${px(y2 - 6 * dy + 2.6 * dx)}L${px(x2)} ${px(y2)}L${px(x2 - 6 * dx + 2.6 * dy)} ${px(y2 - 6 * dy - 2.6 * dx)}`
      : `M${px(x2 - 3)} ${px(y2 - 3)}l6 6m0 -6l-6 6`;
  return html`<g class="message m${color}${fate === 'delivered' ? '' : ' dropped'}"
    ><title>
      ${message.kind} from ${from} to ${to}, ${FATES[fate]} after ${formatNs(endedNs - sentNs)}: ${message.text}</title
    ><path d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}${head}"
  /></g>`;
}

function bar(history: History, operation: EvidenceOperation, { x, y, fromNs, toNs }: Frame): SafeHtml | undefined {
  const { invocation, startNs, endNs, named } = operation;
  const node = history.nodes[history.columns.node[invocation] ?? -1];
  if (node === undefined || startNs > toNs || endNs < fromNs) return undefined;
  const [from, to] = [x(startNs), x(endNs)];
  const process = history.columns.process[invocation] ?? 0;
  const text = `p${process} ${operationLabel(history, invocation)}`;
  const anchor = from > WIDTH * 0.7 ? 'end' : 'start';
  return html`<g class="client${named ? ' named' : ''}"
    ><title>entry ${invocation}: ${text}</title
    ><rect x="${px(from)}" y="${y(node) - 4}" width="${px(Math.max(3, to - from))}" height="8" rx="3" /><text
      text-anchor="${anchor}"
      x="${px(anchor === 'end' ? to : from)}"
      y="${y(node) + 19}"
      >${text}</text
    ></g
  >`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

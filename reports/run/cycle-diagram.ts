import type { History } from '../../harness/kernel/history.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { invocationOf } from '../metrics/operations.ts';
import type { CycleEdge } from './cycle.ts';
import { operationLabel } from './operation-label.ts';

const BOX_WIDTH = 250;
const BOX_HEIGHT = 44;

/** Draws a cycle as boxes on an ellipse with labelled arrows, and says each edge's reason below. */
export function cycleDiagram(history: History, edges: readonly CycleEdge[]): SafeHtml {
  const names = edges.map(({ from }) => transactionName(from));
  const radiusX = names.length === 2 ? 210 : 250;
  const radiusY = names.length === 2 ? 0 : 60 + 22 * names.length;
  const width = 2 * radiusX + BOX_WIDTH + 40;
  const height = 2 * radiusY + BOX_HEIGHT + 60;
  const centers = names.map((_, index) => {
    const angle = (2 * Math.PI * index) / names.length - (names.length === 2 ? Math.PI : Math.PI / 2);
    return { x: width / 2 + radiusX * Math.cos(angle), y: height / 2 + radiusY * Math.sin(angle) };
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="dependency cycle">
      <svg
        class="cycle"
        viewBox="0 0 ${px(width)} ${px(height)}"
        width="${px(width)}"
        height="${px(height)}"
        role="img"
      >
        <title>${names.join(' → ')} → ${names[0]}</title>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
            <path d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        ${edges.map((edge, index) => drawEdge(edge, centers[index], centers[(index + 1) % centers.length]))}
        ${names.map((name, index) => drawBox(name, labelOf(history, edges[index]?.from ?? ''), centers[index]))}
      </svg>
    </div>
    <ol class="reasons">
      ${edges.map(
        (edge) =>
          html`<li>
            <b>${transactionName(edge.from)} → ${transactionName(edge.to)}</b>
            <span class="edge-kind">${edge.kind}</span> ${edge.reason}
          </li>`,
      )}
    </ol>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Checkers name transactions by their entry, and so do their sentences: `T12`. */
function transactionName(name: string): string {
  return /^\d+$/.test(name) ? `T${name}` : name;
}

function labelOf(history: History, name: string): string {
  const entry = Number(/^\D{0,2}(\d+)$/.exec(name)?.[1] ?? NaN);
  if (!(entry < history.length)) return '';
  return operationLabel(history, invocationOf(history.columns, entry), 34);
}

function drawBox(name: string, label: string, center: Point | undefined): SafeHtml | undefined {
  if (center === undefined) return undefined;
  return html`<g class="cycle-node">
    <rect
      x="${px(center.x - BOX_WIDTH / 2)}"
      y="${px(center.y - BOX_HEIGHT / 2)}"
      width="${BOX_WIDTH}"
      height="${BOX_HEIGHT}"
      rx="6"
    />
    <text class="cycle-name" x="${px(center.x)}" y="${px(center.y - 4)}">${name}</text>
    <text class="cycle-label" x="${px(center.x)}" y="${px(center.y + 13)}"
      >${label.length > 40 ? `${label.slice(0, 39)}…` : label}</text
    >
  </g>`;
}

function drawEdge(edge: CycleEdge, from: Point | undefined, to: Point | undefined): SafeHtml | undefined {
  if (from === undefined || to === undefined) return undefined;
  // Both edges of a pair would lie on one line; a bend to the left of the direction keeps them apart.
  const bend = 46;
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const middle = {
    x: (from.x + to.x) / 2 + (bend * (to.y - from.y)) / length,
    y: (from.y + to.y) / 2 - (bend * (to.x - from.x)) / length,
  };
  const start = leaveBox(from, middle);
  const end = leaveBox(to, middle);
  return html`<g class="cycle-edge">
    <path
      d="M${px(start.x)} ${px(start.y)}Q${px(middle.x)} ${px(middle.y)} ${px(end.x)} ${px(end.y)}"
      marker-end="url(#arrow)"
    />
    <text x="${px((start.x + 2 * middle.x + end.x) / 4)}" y="${px((start.y + 2 * middle.y + end.y) / 4 - 5)}"
      >${edge.kind}</text
    >
  </g>`;
}

/** Where the line from a box's center towards a point leaves the box. */
function leaveBox(center: Point, towards: Point): Point {
  const dx = towards.x - center.x;
  const dy = towards.y - center.y;
  const share = Math.min(
    1,
    (BOX_WIDTH / 2 + 3) / (Math.abs(dx) || 1e-9),
    (BOX_HEIGHT / 2 + 3) / (Math.abs(dy) || 1e-9),
  );
  return { x: center.x + dx * share, y: center.y + dy * share };
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

import type { Scene } from './scene.ts';

/** What the timeline does when asked by pointer or key. */
export interface TimelineActions {
  redraw(): void;
  select(operation: number): void;
  /** To the next or previous operation of the selected one's process. */
  step(step: 1 | -1): void;
  finding(step: 1 | -1): void;
  /** The pointer rests here; undefined when it left. */
  tip(x: number | undefined, y: number | undefined): void;
}

/** Pointer movement in pixels up to which a press is a click. */
const CLICK_SLACK = 4;

/** Wires dragging, pinching, the wheel, clicks and keys of the canvas. */
export function startGestures(canvas: HTMLCanvasElement, scene: Scene, actions: TimelineActions): void {
  startPointers(canvas, scene, actions);
  canvas.addEventListener(
    'wheel',
    (event) => {
      const plotWidth = scene.width - scene.left;
      if (event.ctrlKey || event.metaKey) {
        const share = Math.max(0, Math.min(1, (event.offsetX - scene.left) / plotWidth));
        scene.viewport.zoom(Math.exp(-event.deltaY * 0.0025), share);
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
        scene.viewport.move((event.deltaX || event.deltaY) / plotWidth);
      } else if (!scrollLanes(scene, event.deltaY)) return;
      // What the timeline used up must not scroll or zoom the page as well.
      event.preventDefault();
      actions.redraw();
    },
    { passive: false },
  );
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act(scene, actions);
    actions.redraw();
  });
}

const KEYS: Readonly<Record<string, (scene: Scene, actions: TimelineActions) => void>> = {
  ArrowLeft: ({ viewport }) => viewport.move(-0.15),
  ArrowRight: ({ viewport }) => viewport.move(0.15),
  PageUp: ({ viewport }) => viewport.move(-0.9),
  PageDown: ({ viewport }) => viewport.move(0.9),
  ArrowUp: (scene) => void scrollLanes(scene, -40),
  ArrowDown: (scene) => void scrollLanes(scene, 40),
  '+': ({ viewport }) => viewport.zoom(1.5),
  '=': ({ viewport }) => viewport.zoom(1.5),
  '-': ({ viewport }) => viewport.zoom(1 / 1.5),
  '0': ({ viewport }) => viewport.all(),
  Home: ({ viewport }) => viewport.move(-1e9),
  End: ({ viewport }) => viewport.move(1e9),
  '.': (_, actions) => actions.step(1),
  ',': (_, actions) => actions.step(-1),
  n: (_, actions) => actions.finding(1),
  p: (_, actions) => actions.finding(-1),
  Escape: (_, actions) => actions.select(-1),
};

/** True where there was something to scroll. */
function scrollLanes(scene: Scene, delta: number): boolean {
  const before = scene.scrollTop;
  scene.scrollTop = Math.min(scene.scrollMax, Math.max(0, before + delta));
  return scene.scrollTop !== before;
}

function startPointers(canvas: HTMLCanvasElement, scene: Scene, actions: TimelineActions): void {
  const pointers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (pointers.size === 1) moved = 0;
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      actions.tip(event.offsetX, event.offsetY);
      return;
    }
    const now = { x: event.offsetX, y: event.offsetY };
    moved += Math.abs(now.x - before.x) + Math.abs(now.y - before.y);
    const [other] = [...pointers].flatMap(([id, at]) => (id === event.pointerId ? [] : [at]));
    pointers.set(event.pointerId, now);
    if (moved <= CLICK_SLACK) return;
    actions.tip(undefined, undefined);
    const plotWidth = scene.width - scene.left;
    if (other === undefined) {
      scene.viewport.move((before.x - now.x) / plotWidth);
      scrollLanes(scene, before.y - now.y);
    } else {
      const share = ((other.x + now.x) / 2 - scene.left) / plotWidth;
      scene.viewport.zoom(Math.max(8, Math.abs(other.x - now.x)) / Math.max(8, Math.abs(other.x - before.x)), share);
    }
    actions.redraw();
  });
  const ended = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    if (event.type === 'pointerup' && moved <= CLICK_SLACK)
      actions.select(scene.operationAt(event.offsetX, event.offsetY));
  };
  canvas.addEventListener('pointerup', ended);
  canvas.addEventListener('pointercancel', ended);
  canvas.addEventListener('pointerleave', () => actions.tip(undefined, undefined));
}

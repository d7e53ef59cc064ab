import type { LiveRun, LiveStage } from '../../harness/store/live-run.ts';
import { formatCount, formatMs } from '../html/format.ts';
import { visibleText } from '../html/visible-text.ts';
import { optionalElement, pageElement, textElement } from './page-element.ts';

const INTERVAL_MS = 1000;
/** A run whose files do not change for so long may have been killed. */
const SILENT_MS = 30_000;

/** Asks every second how the run stands, and shows it, until it is finished; then the page becomes that of its result. */
export function startLiveRun(): void {
  const part = optionalElement('live-run', HTMLDivElement);
  const href = part?.dataset['state'];
  if (href === undefined) return;
  const ask = async (): Promise<void> => {
    try {
      const answer = await fetch(href);
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const run = (await answer.json()) as LiveRun;
      if (run.stage === 'finished') {
        location.reload();
        return;
      }
      show(run);
    } catch (error) {
      note(`Cannot ask the server: ${error instanceof Error ? error.message : String(error)}. Trying again.`);
    }
    setTimeout(() => void ask(), INTERVAL_MS);
  };
  void ask();
}

const STAGES: Readonly<Record<LiveStage, string>> = {
  starting: 'The cluster is starting',
  running: 'Operations and faults are running',
  ending: 'The main phase is over: healing, recovery and final reads',
  checking: 'The history is closed: checkers are judging it',
  finished: 'Finished',
};

function show(run: LiveRun): void {
  const { stage, timeMs, timeLimitMs } = run;
  setText(pageElement('live-stage', HTMLHeadingElement), STAGES[stage]);
  pageElement('live-progress', HTMLProgressElement).value = Math.min(100, (100 * timeMs) / Math.max(1, timeLimitMs));
  note(
    run.problem ??
      (run.silentMs > SILENT_MS
        ? `Nothing was written for ${formatMs(run.silentMs)}. It may be working on something long, or have been killed.`
        : `${formatMs(timeMs)} of ${formatMs(timeLimitMs)} on the run's clock.`),
  );
  showFunctions(run);
  showRate(run.okPerSecond);
  pageElement('live-faults', HTMLUListElement).replaceChildren(
    ...(run.faults.length === 0
      ? [item('None so far.')]
      : run.faults.map(({ id, phase, atMs, detail }) => item(`${id}: ${phase} at ${formatMs(atMs)}. ${detail}`))),
  );
}

function showFunctions({ functions }: LiveRun): void {
  const rows = functions.map(({ f, open, ok, fail, info }) => {
    const row = document.createElement('tr');
    row.append(cell(f), ...[open, ok, fail, info].map((count) => cell(formatCount(count), 'number')));
    return row;
  });
  pageElement('live-functions', HTMLTableSectionElement).replaceChildren(...rows);
}

function showRate(okPerSecond: readonly number[]): void {
  const most = Math.max(1, ...okPerSecond);
  const bars = okPerSecond.map((count, index) => {
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const height = (18 * count) / most;
    for (const [name, value] of Object.entries({ x: index + 0.1, y: 20 - height, width: 0.8, height })) {
      bar.setAttribute(name, String(value));
    }
    return bar;
  });
  pageElement('live-rate', SVGSVGElement).replaceChildren(...bars);
  // The last second is still going on.
  setText(pageElement('live-rate-now', HTMLElement), `${formatCount(okPerSecond.at(-2) ?? okPerSecond.at(-1) ?? 0)}/s`);
}

function note(text: string): void {
  setText(pageElement('live-note', HTMLParagraphElement), text);
}

function setText(element: HTMLElement, text: string): void {
  const safe = visibleText(text);
  if (element.textContent !== safe) element.textContent = safe;
}

function item(text: string): HTMLElement {
  const element = document.createElement('li');
  element.append(textElement('span', text));
  return element;
}

function cell(text: string, className = ''): HTMLElement {
  const element = document.createElement('td');
  element.append(textElement('span', text));
  if (className !== '') element.className = className;
  return element;
}

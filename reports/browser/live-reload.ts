import { recall, remember } from './page-memory.ts';
import { optionalElement, pageElement } from './page-element.ts';

const INTERVAL_S = 5;

/**
 * Loads the page again while its campaign runs, unless the reader pauses it or is typing. Pages of campaigns that are
 * over have no such part, so the last load ends it. Open parts are opened again.
 */
export function startLiveReload(): void {
  if (optionalElement('live', HTMLDivElement) === undefined) return;
  const status = pageElement('live-status', HTMLSpanElement);
  const pause = pageElement('live-pause', HTMLButtonElement);
  let paused = recall('paused') === 'yes';
  let leftS = INTERVAL_S;
  const show = (): void => {
    pause.textContent = paused ? 'Go on' : 'Pause';
    pause.setAttribute('aria-pressed', String(paused));
    status.textContent = paused ? 'Not loading again.' : `This page loads itself again in ${leftS} s.`;
  };
  pause.hidden = false;
  pause.addEventListener('click', () => {
    paused = !paused;
    leftS = INTERVAL_S;
    remember('paused', paused ? 'yes' : '');
    show();
  });
  openRemembered();
  show();
  setInterval(() => {
    if (paused || isTyping()) return;
    leftS -= 1;
    if (leftS > 0) {
      show();
      return;
    }
    rememberOpen();
    location.reload();
  }, 1000);
}

function isTyping(): boolean {
  const { activeElement } = document;
  return activeElement instanceof HTMLInputElement;
}

/** Parts are told by their first line, because new ones may come in between. */
function rememberOpen(): void {
  const open = [...document.querySelectorAll('details[open] > summary')].map(summaryKey);
  remember('open', JSON.stringify(open));
}

function openRemembered(): void {
  const open = new Set(JSON.parse(recall('open') ?? '[]') as readonly string[]);
  for (const summary of document.querySelectorAll('details > summary')) {
    if (open.has(summaryKey(summary))) summary.parentElement?.setAttribute('open', '');
  }
}

function summaryKey(summary: Element): string {
  return (summary.querySelector('.signature') ?? summary).textContent;
}

import { recall, remember } from './page-memory.ts';
import { optionalElement, pageElement } from './page-element.ts';

const INTERVAL_S = 5;
/** A campaign writes its page every few seconds; from here on its silence is worth a word. */
const SILENT_S = 30;
/** Nobody writes it any more, as far as a reader can tell. Large campaigns write every minute or two. */
const GIVEN_UP_S = 300;

/**
 * Loads the page again while its campaign runs, unless the reader pauses it or is typing. Pages of campaigns that are
 * over have no such part, so the last load ends it; a page that nobody has written for long is not loaded again. Open parts are opened again.
 */
export function startLiveReload(): void {
  const live = optionalElement('live', HTMLDivElement);
  if (live === undefined) return;
  const status = pageElement('live-status', HTMLSpanElement);
  const pause = pageElement('live-pause', HTMLButtonElement);
  // As it was when it was loaded: a page that was paused for long is old without anybody being silent.
  const givenUp = silenceS(live) >= GIVEN_UP_S;
  let paused = recall('paused') === 'yes';
  let leftS = INTERVAL_S;
  const show = (): void => {
    pause.textContent = paused ? 'Go on' : 'Pause';
    pause.setAttribute('aria-pressed', String(paused));
    const silentS = silenceS(live);
    const news = silentS < SILENT_S ? '' : `No news for ${silentS} s. `;
    status.textContent = `${news}${paused || givenUp ? 'Not loading again.' : `This page loads itself again in ${leftS} s.`}`;
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
    if (leftS > 0 || givenUp) {
      show();
      return;
    }
    rememberOpen();
    location.reload();
  }, 1000);
}

/** Whole seconds since the page was written; 0 where it does not say when. */
function silenceS(live: HTMLElement): number {
  const writtenMs = Number(live.dataset['writtenMs']);
  return writtenMs > 0 ? Math.max(0, Math.floor((Date.now() - writtenMs) / 1000)) : 0;
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

import { RUN_OUTCOMES, type RunOutcome } from '../../harness/store/campaign-record.ts';
import { formatCount } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';

/** What became of a planned run: how it ended, or that it was not made. */
export type RunFate = RunOutcome | 'not-run';

/** All fates in the order in which they are drawn and listed. */
export const RUN_FATES: readonly RunFate[] = [...RUN_OUTCOMES, 'not-run'];

/** Names for people. */
export const FATE_WORDS: Readonly<Record<RunFate, string>> = {
  valid: 'valid',
  invalid: 'invalid',
  unknown: 'unknown',
  'harness-error': 'harness error',
  'not-run': 'not run',
};

/** Signs that tell fates apart without colour. */
export const FATE_SIGNS: Readonly<Record<RunFate, string>> = {
  valid: '✓',
  invalid: '✗',
  unknown: '?',
  'harness-error': '!',
  'not-run': '·',
};

/** How many runs met which fate. */
export type FateCounts = Readonly<Record<RunFate, number>>;

export function countFates(fates: Iterable<RunFate>): FateCounts {
  const counts = { valid: 0, invalid: 0, unknown: 0, 'harness-error': 0, 'not-run': 0 };
  for (const fate of fates) counts[fate]++;
  return counts;
}

/** A badge with sign and word. */
export function fateBadge(fate: RunFate): SafeHtml {
  return html`<span class="badge fate ${fate}"
    ><span aria-hidden="true">${FATE_SIGNS[fate]}</span> ${FATE_WORDS[fate]}</span
  >`;
}

/** The counts as a small stacked bar with the numbers below; zeros are left out. */
export function fateBar(counts: FateCounts): SafeHtml {
  const shown = RUN_FATES.filter((fate) => counts[fate] > 0);
  const total = shown.reduce((sum, fate) => sum + counts[fate], 0);
  let from = 0;
  const parts = shown.map((fate) => {
    const width = (100 * counts[fate]) / total;
    const x = from;
    from += width;
    return html`<rect class="fate ${fate}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="8" />`;
  });
  return html`<svg class="fate-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>
    <span class="fate-counts"
      >${shown.map(
        (fate) =>
          html`<span class="fate ${fate}" title="${FATE_WORDS[fate]}"
            ><span aria-hidden="true">${FATE_SIGNS[fate]} </span>${formatCount(counts[fate])}<span class="hidden">
              ${FATE_WORDS[fate]}</span
            ></span
          >`,
      )}</span
    >`;
}

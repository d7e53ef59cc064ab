import type { CampaignRunResult } from '../../harness/store/campaign-record.ts';
import { html, type SafeHtml } from '../html/html.ts';

/** A button that copies the command line by which a run is made again. */
export function rerunButton({ run, rerun }: CampaignRunResult): SafeHtml {
  return html`<button type="button" data-copy="${rerun}" aria-label="copy the command that runs seed ${run.seed} again">
    Copy
  </button>`;
}

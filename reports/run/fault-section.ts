import type { FaultPhase } from '../../harness/kernel/fault.ts';
import type { FaultSummary } from '../../harness/store/run-record.ts';
import { formatMs } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import type { FaultInterval } from '../metrics/fault-intervals.ts';

/** The table of faults: what was asked, what a probe saw of it, and from when to when. */
export function faultSection(faults: readonly FaultSummary[], intervals: readonly FaultInterval[]): SafeHtml {
  if (faults.length === 0) return html`<p class="quiet">This run injected no fault.</p>`;
  const observed = new Map(intervals.map((interval) => [interval.id, interval]));
  return html`<div class="scroll" tabindex="0" role="group" aria-label="faults">
    <table>
      <thead>
        <tr>
          <th scope="col">fault</th>
          <th scope="col">what</th>
          <th scope="col">observed effect</th>
          <th scope="col" class="number">from</th>
          <th scope="col" class="number">to</th>
          <th scope="col">probe</th>
          <th scope="col">what the probe saw</th>
        </tr>
      </thead>
      <tbody>
        ${faults.map((fault) => faultRow(fault, observed.get(fault.id)))}
      </tbody>
    </table>
  </div>`;
}

function faultRow(fault: FaultSummary, interval: FaultInterval | undefined): SafeHtml {
  const resolution = interval?.resolution;
  return html`<tr>
    <td class="nowrap"><span class="swatch ${fault.name}"></span>${fault.id}</td>
    <td>${fault.what}</td>
    <td class="nowrap"><span class="effect ${EFFECT_CLASS[fault.effect]}">${EFFECT_WORDS[fault.effect]}</span></td>
    <td class="number">${formatMs(fault.fromMs)}</td>
    <td class="number">
      ${fault.toMs === undefined ? 'never ended' : formatMs(fault.toMs)}${!fault.healed && html` <b class="warn">not healed</b>`}
    </td>
    <td>${fault.probe}${resolution === undefined ? '' : html` <span class="quiet">(to ${resolution})</span>`}</td>
    <td>${longText(fault.detail)}</td>
  </tr>`;
}

/** Long lines would make the table unreadable: they open on demand. */
function longText(text: string): SafeHtml | string {
  if (text.length <= 120) return text;
  return html`<details>
    <summary>${text.slice(0, 90)} …</summary>
    ${text}
  </details>`;
}

const EFFECT_WORDS: Readonly<Record<FaultPhase, string>> = {
  requested: 'asked for, never observed',
  effective: 'effective',
  partial: 'partly effective',
  ineffective: 'did not act',
  unverified: 'not verifiable',
  healing: 'healing',
  healed: 'healed',
  'heal-failed': 'not healed',
};

const EFFECT_CLASS: Readonly<Record<FaultPhase, string>> = {
  requested: 'doubtful',
  effective: 'good',
  partial: 'doubtful',
  ineffective: 'bad',
  unverified: 'doubtful',
  healing: 'good',
  healed: 'good',
  'heal-failed': 'bad',
};

import type { History } from '../../harness/kernel/history.ts';
import { formatCount } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';

/** The frame of the canvas timeline; the page's script fills it. */
export function timelineSection(history: History, findings: number): SafeHtml {
  return html`<div class="toolbar" role="group" aria-label="timeline">
      <label
        >lanes
        <select id="tl-lanes">
          <option value="node">by node</option>
          <option value="process">by process</option>
        </select></label
      >
      <label>key <input id="tl-key" type="text" size="8" spellcheck="false" placeholder="any" /></label>
      <label>process <input id="tl-process" type="text" size="6" inputmode="numeric" placeholder="any" /></label>
      <label
        >operation
        <select id="tl-f">
          <option value="">all</option>
          ${history.fNames.map((f, index) => html`<option value="${index}">${f}</option>`)}
        </select></label
      >
      <label
        >ended
        <select id="tl-outcome">
          <option value="0">any</option>
          <option value="1">ok</option>
          <option value="2">fail</option>
          <option value="3">info</option>
        </select></label
      >
      <span class="buttons">
        <button type="button" id="tl-in" aria-label="zoom in">+</button>
        <button type="button" id="tl-out" aria-label="zoom out">−</button>
        <button type="button" id="tl-fit">all</button>
      </span>
      ${
        findings > 0 &&
        html`<span class="buttons">
          <button type="button" id="tl-previous">‹ finding</button>
          <button type="button" id="tl-next">finding ›</button>
        </span>`
      }
      <span id="tl-status" class="quiet" role="status">unpacking ${formatCount(history.length)} entries …</span>
    </div>
    <div class="timeline" id="timeline-frame">
      <canvas id="tl-overview" class="overview" aria-hidden="true"></canvas>
      <canvas
        id="tl-canvas"
        tabindex="0"
        role="application"
        aria-label="timeline of all operations. Arrow keys move, plus and minus zoom, 0 shows all, comma and period step through operations, n and p through findings."
      ></canvas>
      <div id="tl-tip" class="tip" hidden></div>
    </div>
    <div id="tl-selected" class="selected" hidden></div>
    <p class="quiet hint">
      Drag to move; wheel with Ctrl, pinch or + and − to zoom; click an operation for its pair. Keys: ← → ↑ ↓, + −, 0,
      <kbd>,</kbd> <kbd>.</kbd> next operation of a process, <kbd>n</kbd> <kbd>p</kbd> next finding.
    </p>
    <noscript
      ><p>The timeline, the charts and the logs need JavaScript; everything else on this page does not.</p></noscript
    >`;
}

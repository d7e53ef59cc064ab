import type { JsonValue } from '../../harness/kernel/json.ts';
import type { RunRecord } from '../../harness/store/run-record.ts';
import { formatMs } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { factList } from './fact-list.ts';

/** Commands that run it again, and everything that was asked for, drawn and found installed. */
export function rerunSection(record: RunRecord): SafeHtml {
  return html`${command('The same plan again (same seed, same schedule)', record.rerun.symbolic)}
    ${command('Exactly what happened (same operations, same fault targets)', record.rerun.exact)}
    <div class="columns">
      <section>
        <h3>Asked for</h3>
        ${factList(requestFacts(record))}
      </section>
      <section>
        <h3>Versions and drawn parameters</h3>
        ${factList(record.facts) ?? html`<p class="quiet">None recorded.</p>`}
      </section>
      <section>
        <h3>Phases</h3>
        ${factList(phaseFacts(record))}
      </section>
      <section>
        <h3>History</h3>
        ${factList({ entries: record.entries, 'SHA-256': record.historyHash, 'length on its own clock': formatMs(record.durationMs) })}
      </section>
    </div>`;
}

function command(title: string, text: string): SafeHtml {
  return html`<div class="command">
    <span class="quiet">${title}</span>
    <pre><code>${text}</code></pre>
    <button type="button" data-copy="${text}">Copy</button>
  </div>`;
}

function requestFacts({ request }: RunRecord): Readonly<Record<string, JsonValue>> {
  const { settings, nodes, faults, ...rest } = request;
  return { ...rest, nodes: nodes.join(', '), faults: faults.join(', ') || 'none', ...settings };
}

function phaseFacts(record: RunRecord): Readonly<Record<string, JsonValue>> {
  const onRunClock = Object.entries(record.phasesMs).flatMap(([name, phase]) =>
    phase === undefined ? [] : [[`${name} phase`, `${formatMs(phase.from)} to ${formatMs(phase.to)}`] as const],
  );
  const onWallClock = Object.entries(record.elapsedMs).map(([name, ms]) => [`${name} took`, formatMs(ms)] as const);
  return Object.fromEntries([['started', record.startedAt], ...onRunClock, ...onWallClock]);
}

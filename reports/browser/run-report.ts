import { DATA_IDS, type PageLogs, type PageValues, type RunPageHead } from '../run/run-page-data.ts';
import { startCharts } from './charts.ts';
import { startCopyButtons } from './copy-buttons.ts';
import { logLines } from './log-lines.ts';
import { LogView } from './log-view.ts';
import { jsonBlock, packedBlock, packedJsonBlock } from './page-block.ts';
import { optionalElement, pageElement } from './page-element.ts';
import { startTheme } from './theme.ts';
import { OperationText } from './timeline/operation-text.ts';
import { timelineOperations } from './timeline/timeline-operations.ts';
import { Timeline } from './timeline/timeline.ts';

/** Starts everything on a run's page that moves. Marks the document `data-ready` when the timeline is drawn. */
async function startRunReport(): Promise<void> {
  const head = jsonBlock<RunPageHead>(DATA_IDS.head);
  startTheme();
  startCopyButtons();
  startCharts(head.charts, head.faults);
  const operations = timelineOperations(await packedBlock(DATA_IDS.columns), head);
  // The texts of values are unpacked when first needed: few histories need them, and they can be large.
  const text = new OperationText(operations, head, () => packedJsonBlock<PageValues>(DATA_IDS.values));
  const timeline = new Timeline(operations, head, text);
  document.documentElement.dataset['ready'] = '';
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-jump]')) {
    button.addEventListener('click', () => timeline.showFinding(Number(button.dataset['jump'])));
  }
  if (optionalElement('log-lines', HTMLDivElement) === undefined) return;
  const lines = logLines(await packedJsonBlock<PageLogs>(DATA_IDS.logs), head.originWallMs);
  const logs = new LogView(lines, (timeMs) => timeline.showTime(timeMs));
  timeline.onSelect((timeMs) => logs.showTime(timeMs));
}

startRunReport().catch((error: unknown) => {
  pageElement('tl-status', HTMLSpanElement).textContent = `this browser cannot show the timeline: ${String(error)}`;
});

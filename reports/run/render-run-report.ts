import type { History } from '../../harness/kernel/history.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import type { RunObservations } from '../../harness/store/run-observations.ts';
import type { RunRecord } from '../../harness/store/run-record.ts';
import { browserAsset } from '../html/browser-asset.ts';
import { embeddedJson } from '../html/html.ts';
import { renderPage } from '../html/page.ts';
import { actedOn, faultIntervals, type FaultInterval } from '../metrics/fault-intervals.ts';
import { nodeConditions } from '../metrics/node-conditions.ts';
import { endOfHistoryNs, operationsOf } from '../metrics/operations.ts';
import { timeSeries } from '../metrics/time-series.ts';
import { pageFindings, placedFindings } from './finding-section.ts';
import { nodeLogs } from './node-logs.ts';
import { runBody } from './run-body.ts';
import { runCharts } from './run-charts.ts';
import { DATA_IDS, type PageFault, type RunPageHead } from './run-page-data.ts';
import { compressed, timelineData } from './timeline-data.ts';

/** What a run's report is made of. */
export interface RunReportInput {
  readonly record: RunRecord;
  readonly history: History;
  /** Text of each node's log. */
  readonly logs: ReadonlyMap<NodeId, string>;
  /** What was recorded beside the history. Nothing where absent. */
  readonly observations?: RunObservations;
}

/**
 * The report of one run as one self-contained HTML file. Everything that came from the system under test is escaped,
 * and the page's security policy forbids requests and foreign scripts. O(entries), plus one sort of the latencies.
 */
export function renderRunReport({ record, history, logs, observations = NO_OBSERVATIONS }: RunReportInput): string {
  const operations = operationsOf(history);
  const nodes = record.request.nodes.length > 0 ? record.request.nodes : history.nodes;
  const durationMs = Math.max(record.durationMs, endOfHistoryNs(history) / 1e6);
  const intervals = faultIntervals(history);
  const findings = placedFindings(record.checks);
  const charts = runCharts(timeSeries(operations, durationMs), {
    faults: intervals,
    samples: observations.samples,
    nodes,
    durationMs,
  });
  const timeline = timelineData(history, operations);
  const head: RunPageHead = {
    operations: operations.count,
    unitNs: timeline.unitNs,
    durationMs,
    concurrency: record.request.concurrency,
    fNames: history.fNames,
    nodes: history.nodes,
    errors: history.errors.map(({ code, message }) =>
      (message === undefined ? code : `${code}: ${message}`).slice(0, 300),
    ),
    faults: intervals.map((interval) => pageFault(interval, nodes, record)),
    findings: pageFindings(history, findings),
    charts,
    originWallMs: originWallMs(record),
  };
  return renderPage({
    title: `${record.verdict}: ${record.request.target} ${record.request.workload}, seed ${record.request.seed}`,
    style: browserAsset('report.css'),
    script: browserAsset('run-report.js'),
    body: runBody({
      record,
      history,
      operations,
      intervals,
      findings,
      nodes,
      charts,
      logs,
      messages: observations.messages,
    }),
    data: [
      { id: DATA_IDS.head, type: 'application/json', text: embeddedJson(head).markup },
      { id: DATA_IDS.columns, type: 'text/plain', text: timeline.columns },
      { id: DATA_IDS.values, type: 'text/plain', text: timeline.values },
      { id: DATA_IDS.logs, type: 'text/plain', text: compressed(Buffer.from(JSON.stringify(nodeLogs(logs)))) },
    ],
  });
}

const NO_OBSERVATIONS: RunObservations = { samples: [], messages: [] };

function pageFault(interval: FaultInterval, nodes: readonly NodeId[], record: RunRecord): PageFault {
  const summary = record.faults.find(({ id }) => id === interval.id);
  return {
    id: interval.id,
    kind: interval.kind,
    fromMs: interval.fromNs / 1e6,
    toMs: interval.toNs / 1e6,
    title: `${interval.kind}: ${summary?.what ?? interval.id} (${interval.effect})`,
    acted: actedOn(interval),
    nodes: Object.fromEntries(nodeConditions(interval, nodes).map(({ node, words }) => [node, words])),
  };
}

/** Wall time of the run's origin where the run recorded it; logs cannot be aligned without. */
function originWallMs(record: RunRecord): number | null {
  const recorded = record.facts['originWallMs'];
  return typeof recorded === 'number' ? recorded : null;
}

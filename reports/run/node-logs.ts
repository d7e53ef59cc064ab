import type { NodeId } from '../../harness/kernel/node.ts';
import type { PageLogs } from './run-page-data.ts';

/** Characters of each node's log, and of all together, that go into a page: it must stay a file one can open. */
const NODE_MAX = 2_000_000;
const TOTAL_MAX = 12_000_000;

/** The logs of all nodes for the page. Of a longer one the beginning and the end are kept. */
export function nodeLogs(logs: ReadonlyMap<NodeId, string>): PageLogs {
  const perNode = Math.min(NODE_MAX, Math.floor(TOTAL_MAX / Math.max(1, logs.size)));
  return [...logs].map(([node, text]) => {
    if (text.length <= perNode) return { node, text, omittedBytes: 0 };
    const head = text.slice(0, text.lastIndexOf('\n', perNode / 4) + 1);
    const tail = text.slice(text.indexOf('\n', text.length - (perNode * 3) / 4) + 1);
    const omittedBytes = text.length - head.length - tail.length;
    return { node, text: `${head}… ${omittedBytes} characters left out …\n${tail}`, omittedBytes };
  });
}

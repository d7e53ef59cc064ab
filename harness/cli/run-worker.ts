import { runCampaignRun } from './campaign-run.ts';
import type { RunAnswer, RunOrder } from '../campaign/run-process.ts';

/**
 * The program of a campaign's run processes: makes the one run that its parent orders, answers, and waits to be ended. It
 * ends at once when its parent is gone; the fault agent then heals and removes what the run had made.
 */
const cancelled = new AbortController();

process.on('disconnect', () => process.exit(1));
// A terminal interrupts the whole group. The parent decides what becomes of its runs.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('message', (message) => {
  const order = message as RunOrder;
  switch (order.kind) {
    case 'cancel':
      cancelled.abort();
      return;
    case 'run':
      void runCampaignRun(order.spec, cancelled.signal).then((attempt) => {
        const answer: RunAnswer = { kind: 'answer', attempt };
        process.send?.(answer);
      });
  }
});

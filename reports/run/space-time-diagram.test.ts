import { describe, expect, it } from 'vitest';
import type { TracedMessage } from '../../harness/store/run-observations.ts';
import { faultIntervals } from '../metrics/fault-intervals.ts';
import { cutBetween, historyOfLines, observedFault } from '../testing/history-of-lines.ts';
import { evidenceWindow } from './evidence-window.ts';
import { spaceTimeDiagram } from './space-time-diagram.ts';

const MS = 1e6;

function message(part: Partial<TracedMessage>): TracedMessage {
  return {
    from: 'n1',
    to: 'n2',
    sentNs: 10 * MS,
    endedNs: 12 * MS,
    fate: 'delivered',
    kind: 'append',
    text: '{}',
    ...part,
  };
}

function draw(messages: readonly TracedMessage[], omitted = 0): string {
  const history = historyOfLines(
    [{ p: 3, from: 10, to: 14, f: 'read', answer: 1, key: 'x', node: 'n2' }],
    observedFault({ id: 'p', kind: 'partition', cut: cutBetween(['n1'], ['n2', 'n3']) }, 5, 30),
  );
  return spaceTimeDiagram({
    history,
    messages: { check: 0, finding: 0, fromNs: 0, toNs: 20 * MS, messages, omitted },
    window: evidenceWindow(history, { anomaly: 'x', ops: [0], count: 1, message: '' }),
    faults: faultIntervals(history),
    nodes: ['n1', 'n2', 'n3'],
  }).markup;
}

describe('spaceTimeDiagram', () => {
  it('draws an arrow per message, a cross for what was dropped, and what clients and faults did there', () => {
    const text = draw([message({}), message({ to: 'n3', fate: 'cut', kind: 'vote' })]);
    expect(text.match(/<g class="message m\d"/g)).toHaveLength(1);
    expect(text.match(/<g class="message m1 dropped"/g)).toHaveLength(1);
    expect(text).toContain('append from n1 to n2, delivered after 2 ms');
    expect(text).toContain('vote from n1 to n3, dropped: the link was cut');
    expect(text).toContain('p3 x: read → 1');
    expect(text).toContain('isolated from all others');
  });

  it('shows the part that its messages cover where there were too many', () => {
    expect(draw([message({})], 40)).toContain('The last of 41 messages');
    expect(draw([message({})], 40)).toContain('over 10 ms');
    expect(draw([message({})])).toContain('over 20 ms');
  });

  it('draws no message at all without failing, and escapes what protocols say', () => {
    expect(draw([])).toContain('0 messages');
    const text = draw([message({ kind: '<b>', text: '</title><script>' })]);
    expect(text).not.toContain('<b>');
    expect(text).not.toContain('<script>');
  });
});

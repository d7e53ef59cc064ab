import { describe, expect, test } from 'vitest';
import { blockedSources, chainOf, parseDropCounters, restoreScript } from './network-rules.ts';

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  n1: ['10.0.0.1', 'fd00:0:0:0:0:0:0:1'],
  n2: ['10.0.0.2'],
  n3: ['10.0.0.3'],
};

describe('planning rules', () => {
  test('packets are dropped by who must not receive them, by all addresses of the sender', () => {
    const blocked = blockedSources(
      [
        { from: 'n1', to: 'n2' },
        { from: 'n3', to: 'n2' },
        { from: 'n2', to: 'n1' },
        { from: 'n1', to: 'n2' },
      ],
      (node) => ADDRESSES[node] ?? [],
    );
    expect(blocked).toEqual(
      new Map([
        ['n2', { v4: ['10.0.0.1', '10.0.0.3'], v6: ['fd00:0:0:0:0:0:0:1'] }],
        ['n1', { v4: ['10.0.0.2'], v6: [] }],
      ]),
    );
  });

  test('one script hooks the chain once, replaces its rules, or takes all of it away', () => {
    expect(restoreScript('FL-x', ['10.0.0.1'], false)).toBe(
      '*filter\n:FL-x - [0:0]\n-I INPUT 1 -j FL-x\n-A FL-x -s 10.0.0.1 -j DROP\nCOMMIT\n',
    );
    expect(restoreScript('FL-x', ['10.0.0.2'], true)).toBe(
      '*filter\n:FL-x - [0:0]\n-A FL-x -s 10.0.0.2 -j DROP\nCOMMIT\n',
    );
    expect(restoreScript('FL-x', [], true)).toBe('*filter\n:FL-x - [0:0]\n-D INPUT -j FL-x\n-X FL-x\nCOMMIT\n');
    expect(restoreScript('FL-x', [], false)).toBeUndefined();
  });

  test('chains are short enough for the kernel and differ between runs', () => {
    expect(chainOf('a'.repeat(300)).length).toBeLessThanOrEqual(28);
    expect(chainOf('run-1')).not.toBe(chainOf('run-2'));
  });

  test('counters are read from listings of both families', () => {
    const v4 = [
      'Chain FL-x (1 references)',
      '    pkts      bytes target     prot opt in     out     source               destination',
      '      17     1020 DROP       0    --  *      *       10.0.0.1             0.0.0.0/0',
    ];
    const v6 = ['       3      210 DROP       0        *      *       fd00::1/128          ::/0'];
    expect(parseDropCounters([...v4, ...v6].join('\n'))).toEqual(
      new Map([
        ['10.0.0.1', 17],
        ['fd00::1', 3],
      ]),
    );
  });
});

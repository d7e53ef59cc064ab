import { readFileSync, writeFileSync } from 'node:fs';
import type { Measurement } from './measure-cases.ts';

/**
 * Plots how the time of list-append grows, both axes logarithmic, with a dashed line of linear growth:
 * `node dist/bench/plot-growth.js FILE.json OUT.svg`, where FILE is what `transactions.bench.js --json FILE` wrote.
 */
const [from = '', to = ''] = process.argv.slice(2);
const measurements = JSON.parse(readFileSync(from, 'utf8')) as readonly Measurement[];
const SERIES = [
  { name: 'list-append strict-serializable', label: 'valid', color: '#2563eb' },
  { name: 'list-append snapshot-isolation', label: 'snapshot isolation, invalid', color: '#c2410c' },
] as const;
const [LEFT, TOP, WIDTH, HEIGHT] = [70, 20, 560, 320];

const x = (transactions: number): number => LEFT + ((Math.log10(transactions) - 4) / 2) * WIDTH;
const y = (ms: number): number => TOP + HEIGHT - ((Math.log10(ms) - 1) / 3) * HEIGHT;
const line = (points: readonly (readonly [number, number])[], style: string): string =>
  `<polyline fill="none" ${style} points="${points.map(([n, ms]) => `${x(n).toFixed(1)},${y(ms).toFixed(1)}`).join(' ')}"/>`;
const text = (atX: number, atY: number, words: string, anchor = 'middle'): string =>
  `<text x="${atX.toFixed(1)}" y="${atY.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;

const parts = [
  `<rect width="${LEFT + WIDTH + 30}" height="${TOP + HEIGHT + 60}" fill="#fff"/>`,
  ...[10_000, 100_000, 1_000_000].map((n) => text(x(n), TOP + HEIGHT + 20, n.toLocaleString('en'))),
  ...[10, 100, 1_000, 10_000].map((ms) => text(LEFT - 8, y(ms) + 4, `${ms / 1000} s`, 'end')),
  ...[10, 100, 1_000, 10_000].map((ms) =>
    line(
      [
        [10_000, ms],
        [1_000_000, ms],
      ],
      'stroke="#ddd"',
    ),
  ),
  text(LEFT + WIDTH / 2, TOP + HEIGHT + 45, 'transactions, 10 clients'),
  line(
    [
      [10_000, 30],
      [1_000_000, 3_000],
    ],
    'stroke="#888" stroke-dasharray="5 4"',
  ),
  text(x(14_000), y(22), 'linear growth', 'start'),
  ...SERIES.flatMap(({ name, label, color }, index) => {
    const points = measurements
      .filter((each) => each.name.startsWith(name))
      .map((each) => [Number(each.name.split(' ').at(-1)), each.medianMs] as const);
    return [
      line(points, `stroke="${color}" stroke-width="2"`),
      ...points.map(([n, ms]) => `<circle cx="${x(n).toFixed(1)}" cy="${y(ms).toFixed(1)}" r="3.5" fill="${color}"/>`),
      `<rect x="${LEFT + 12}" y="${TOP + 8 + index * 20}" width="12" height="12" fill="${color}"/>`,
      text(LEFT + 30, TOP + 18 + index * 20, label, 'start'),
    ];
  }),
];
const [width, height] = [LEFT + WIDTH + 30, TOP + HEIGHT + 60];
writeFileSync(
  to,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">\n${parts.join('\n')}\n</svg>\n`,
);

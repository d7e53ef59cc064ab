import uPlot from 'uplot';
import { visibleText } from '../html/visible-text.ts';
import type { PageChart, PageFault } from '../run/run-page-data.ts';
import { optionalElement } from './page-element.ts';
import { onThemeChange, themeColor } from './theme.ts';

const HEIGHT = 190;

/** Draws the charts into their frames, with faults shaded behind and one shared cursor. Redraws on theme and size. */
export function startCharts(charts: readonly PageChart[], faults: readonly PageFault[]): void {
  for (const chart of charts) {
    const frame = optionalElement(chart.id, HTMLDivElement);
    if (frame === undefined) continue;
    let plot = draw(chart, faults, frame);
    onThemeChange(() => {
      plot.destroy();
      plot = draw(chart, faults, frame);
    });
    new ResizeObserver(() => {
      if (frame.clientWidth > 0 && frame.clientWidth !== plot.width)
        plot.setSize({ width: frame.clientWidth, height: HEIGHT });
    }).observe(frame);
  }
}

function draw(chart: PageChart, faults: readonly PageFault[], frame: HTMLElement): uPlot {
  const axis: uPlot.Axis = {
    stroke: themeColor('quiet'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: themeColor('grid'), width: 1 },
    ticks: { stroke: themeColor('grid'), width: 1 },
  };
  const options: uPlot.Options = {
    width: Math.max(200, frame.clientWidth),
    height: HEIGHT,
    cursor: { sync: { key: 'run' }, y: false },
    legend: { live: true },
    scales: { x: { time: false }, y: yScale(chart) },
    axes: [
      { ...axis, values: (_plot, ticks) => ticks.map((tick) => `${Number(tick.toFixed(3))} s`) },
      {
        ...axis,
        ...(chart.logarithmic === true ? { splits: powersOfTen } : {}),
        ...(chart.lanes === undefined ? {} : { splits: chart.lanes.map((_, lane) => lane + 1) }),
        size: 56,
        values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : tickText(tick, chart))),
      },
    ],
    series: [
      { label: 'time', value: (_plot, time) => (time === null ? '–' : `${time.toFixed(2)} s`) },
      ...chart.lines.map((line) => series(line, chart)),
    ],
    hooks: { drawClear: [(plot) => shadeFaults(plot, faults)] },
  };
  const data: uPlot.AlignedData = [[...chart.times], ...chart.lines.map(({ values }) => [...values])];
  return new uPlot(options, data, frame);
}

/** Splits of a logarithmic axis: the nine lines per decade of the default are a thicket. */
function powersOfTen(_plot: uPlot, _axis: number, min: number, max: number): number[] {
  const first = Math.ceil(Math.log10(min) - 1e-9);
  const count = Math.max(0, Math.floor(Math.log10(max) + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, index) => 10 ** (first + index));
}

function series(line: PageChart['lines'][number], chart: PageChart): uPlot.Series {
  const color = themeColor(line.color);
  return {
    label: visibleText(line.name),
    stroke: color,
    width: chart.lanes === undefined ? 1.5 : 9,
    points: { show: false },
    spanGaps: false,
    value: (_plot, value) => (value === null ? '–' : tickText(value, chart)),
    ...(line.filled === true ? { fill: themeColor(line.color, 0.2) } : {}),
    ...(line.dashed === true ? { dash: [4, 3] } : {}),
    ...(line.stepped === true && uPlot.paths.stepped !== undefined ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
  };
}

function yScale(chart: PageChart): uPlot.Scale {
  if (chart.logarithmic === true) return { distr: 3, log: 10 };
  if (chart.lanes !== undefined) return { range: [0.4, chart.lanes.length + 0.6] };
  if (chart.unit === 'percent') return { range: [0, 102] };
  if (chart.unit === 'offset-ms') return {};
  return { range: (_plot, _min, max) => [0, Math.max(1, max * 1.05)] };
}

function tickText(value: number, { unit, lanes }: PageChart): string {
  switch (unit) {
    case 'lane':
      return visibleText(lanes?.[value - 1] ?? '');
    case 'per-second':
      return value >= 10_000 ? `${Number((value / 1000).toFixed(1))}k/s` : `${Number(value.toFixed(1))}/s`;
    case 'milliseconds':
    case 'offset-ms':
      return Math.abs(value) >= 1000 ? `${Number((value / 1000).toFixed(2))} s` : `${Number(value.toPrecision(3))} ms`;
    case 'percent':
      return `${Number(value.toFixed(1))} %`;
  }
}

function shadeFaults(plot: uPlot, faults: readonly PageFault[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const fault of faults) {
    const from = plot.valToPos(fault.fromMs / 1000, 'x', true);
    const to = plot.valToPos(fault.toMs / 1000, 'x', true);
    ctx.fillStyle = themeColor(fault.kind);
    ctx.globalAlpha = fault.acted ? 0.16 : 0.05;
    ctx.fillRect(from, bbox.top, Math.max(1, to - from), bbox.height);
    ctx.globalAlpha = fault.acted ? 0.9 : 0.4;
    ctx.fillRect(from, bbox.top, Math.max(1, to - from), 3 * devicePixelRatio);
  }
  ctx.restore();
}

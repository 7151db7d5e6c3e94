import { html } from 'lit';
import uPlot from 'uplot';
import type { TunedSize } from '../src/observe/tuning.ts';
import { dollars } from './format.ts';
import { axisLook, axisTime, PlotElement, type ThemeColour } from './plot-element.ts';

const height = 220;
/** Names of sizes need so many pixels each. */
const nameWidth = 58;

/** Time and cost over memory: two lines, each with an axis of its own. */
export class TuningChart extends PlotElement {
  static override properties = { sizes: { attribute: false } };
  declare sizes: readonly TunedSize[];
  protected readonly plotHeight = height;

  constructor() {
    super();
    this.sizes = [];
  }

  protected override render() {
    return html`<div class="chart-plot" aria-hidden="true"></div>`;
  }

  protected override updated(): void {
    this.rebuild();
  }

  protected makePlot(place: HTMLElement, colour: ThemeColour): uPlot {
    const sizes = this.sizes.filter(({ warmMs, costOfMillion }) => warmMs !== undefined && costOfMillion !== undefined);
    const memory = sizes.map(({ memorySizeMB }) => memorySizeMB);
    const [least, most] = [memory[0] ?? 128, memory.at(-1) ?? 10_240];
    const width = Math.max(this.clientWidth, 100);
    const [time, cost] = [colour('--vscode-charts-blue', '#3794ff'), colour('--cost', '#89d185')];
    const line = (scale: string, stroke: string, dash?: number[]): uPlot.Series => ({
      scale,
      stroke,
      width: 2,
      ...(dash && { dash }),
      points: { show: true, size: 7, fill: stroke, stroke },
    });
    return new uPlot(
      {
        width,
        height,
        legend: { show: false },
        padding: [12, 4, 0, 4],
        cursor: { show: false },
        scales: {
          x: { time: false, distr: 3, log: 2, range: () => [least / 1.15, most * 1.15] },
          time: { range: (_plot, _min, max) => [0, max * 1.08 || 1] },
          cost: { range: (_plot, _min, max) => [0, max * 1.08 || 1] },
        },
        axes: [
          {
            ...axisLook(colour),
            size: 26,
            splits: () => apart(memory, (Math.log2(most / least) * nameWidth) / (width - 120)),
            filter: (_plot, splits) => splits,
            values: (_plot, splits) => splits.map((mb) => `${mb} MB`),
          },
          {
            ...axisLook(colour),
            scale: 'time',
            size: 56,
            stroke: time,
            values: (_plot, splits) => splits.map(axisTime),
          },
          {
            ...axisLook(colour),
            scale: 'cost',
            side: 1,
            size: 58,
            stroke: cost,
            grid: { show: false },
            values: (_plot, splits) => splits.map(dollars),
          },
        ],
        series: [{}, line('time', time), line('cost', cost, [6, 4])],
      },
      [memory, sizes.map(({ warmMs = 0 }) => warmMs), sizes.map(({ costOfMillion = 0 }) => costOfMillion)],
      place,
    );
  }
}

/** Those whose names do not meet: so many powers of two apart. The first and the last are among them. */
function apart(memory: readonly number[], powers: number): number[] {
  const last = memory.at(-1) ?? 0;
  const shown: number[] = [];
  for (const size of memory) {
    const before = shown.at(-1);
    const isClear = before === undefined || Math.log2(size / before) >= powers;
    if (size === last && before !== undefined && !isClear && shown.length > 1) shown.pop();
    if (isClear || size === last) shown.push(size);
  }
  return shown;
}

customElements.define('tuning-chart', TuningChart);

import { html } from 'lit';
import uPlot from 'uplot';
import { axisLook, axisTime, PlotElement, type ThemeColour } from './plot-element.ts';

const height = 150;

/** For each time, how many of the cold starts and how many of the warm ones took no longer: two rising steps on a logarithmic axis. */
export class DistributionChart extends PlotElement {
  static override properties = { cold: { attribute: false }, warm: { attribute: false } };
  /** Times, ms. */
  declare cold: readonly number[];
  declare warm: readonly number[];
  protected readonly plotHeight = height;

  constructor() {
    super();
    this.cold = [];
    this.warm = [];
  }

  protected override render() {
    return html`<div class="chart-plot" aria-hidden="true"></div>`;
  }

  protected override updated(): void {
    // A logarithmic scale takes its range when it is made.
    this.rebuild();
  }

  protected makePlot(place: HTMLElement, colour: ThemeColour): uPlot {
    const times = [...this.cold, ...this.warm].map(atLeastVisible);
    const lowest = times.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
    const highest = times.reduce((most, ms) => Math.max(most, ms), 0);
    const steps = (stroke: string, label: string): uPlot.Series => ({
      label,
      stroke,
      width: 2,
      points: { show: false },
      ...(uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
    });
    return new uPlot(
      {
        width: Math.max(this.clientWidth, 100),
        height,
        legend: { show: false },
        padding: [8, 14, 0, 0],
        cursor: { show: false },
        scales: {
          x: { time: false, distr: 3, range: () => (times.length === 0 ? [1, 1000] : [lowest * 0.8, highest * 1.2]) },
          y: { range: () => [0, 102] },
        },
        axes: [
          {
            ...axisLook(colour),
            size: 26,
            filter: (_plot, splits) => splits,
            values: (_plot, splits) => splits.map((ms) => (isRound(ms) ? axisTime(ms) : '')),
          },
          { ...axisLook(colour), size: 48, values: (_plot, splits) => splits.map((share) => `${share} %`) },
        ],
        series: [
          {},
          steps(colour('--cold-start', '#d18616'), 'Cold'),
          steps(colour('--vscode-charts-blue', '#3794ff'), 'Warm'),
        ],
      },
      shares(this.cold, this.warm),
      place,
    );
  }
}

/** A logarithmic axis has no zero. */
const atLeastVisible = (ms: number): number => Math.max(ms, 0.01);
/** 1, 2 or 5 of a power of ten: all lines of the grid would be too many to name. */
const isRound = (value: number): boolean => /^[125]e/.test(value.toExponential(6).replace('.000000', ''));

function shares(cold: readonly number[], warm: readonly number[]): uPlot.AlignedData {
  const all = [...new Set([...cold, ...warm].map(atLeastVisible))].sort((a, b) => a - b);
  const shareOf = (values: readonly number[]): (number | null)[] => {
    const sorted = values.map(atLeastVisible).sort((a, b) => a - b);
    let passed = 0;
    return all.map((at) => {
      while (passed < sorted.length && (sorted[passed] ?? 0) <= at) passed += 1;
      return sorted.length === 0 ? null : (passed / sorted.length) * 100;
    });
  };
  return [all, shareOf(cold), shareOf(warm)];
}

customElements.define('distribution-chart', DistributionChart);

import { html } from 'lit';
import uPlot from 'uplot';
import { axisLook, axisTime, PlotElement, type ThemeColour } from './plot-element.ts';

const height = 150;

/** Times, ms, in the colour of their kind. */
export interface DistributionSeries {
  readonly label: string;
  readonly values: readonly number[];
  readonly kind: 'cold' | 'warm';
  readonly isBroken?: boolean;
}

/** For each time, how many of a series took no longer: rising steps on a logarithmic axis. */
export class DistributionChart extends PlotElement {
  static override properties = { series: { attribute: false } };
  declare series: readonly DistributionSeries[];
  protected readonly plotHeight = height;

  constructor() {
    super();
    this.series = [];
  }

  protected override render() {
    return html`<div class="chart-plot" aria-hidden="true"></div>`;
  }

  protected override updated(): void {
    // A logarithmic scale takes its range when it is made.
    this.rebuild();
  }

  protected makePlot(place: HTMLElement, colour: ThemeColour): uPlot {
    const times = this.series.flatMap(({ values }) => values.map(atLeastVisible));
    const lowest = times.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
    const highest = times.reduce((most, ms) => Math.max(most, ms), 0);
    const strokes = {
      cold: colour('--cold-start', '#d18616'),
      warm: colour('--vscode-charts-blue', '#3794ff'),
    };
    const steps = ({ label, kind, isBroken = false }: DistributionSeries): uPlot.Series => ({
      label,
      stroke: strokes[kind],
      width: 2,
      ...(isBroken && { dash: [6, 4] }),
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
            splits: (_plot, _axis, min, max) => gridTimes(min, max),
            filter: (_plot, splits) => splits,
            values: (_plot, splits) => splits.map((ms) => (isRound(ms) ? axisTime(ms) : '')),
          },
          { ...axisLook(colour), size: 48, values: (_plot, splits) => splits.map((share) => `${share} %`) },
        ],
        series: [{}, ...this.series.map(steps)],
      },
      shares(this.series.map(({ values }) => values)),
      place,
    );
  }
}

/** A logarithmic axis has no zero. */
const atLeastVisible = (ms: number): number => Math.max(ms, 0.01);
/** 1 to 9 of each power of ten: uPlot's own begin wherever the scale does. */
function gridTimes(min: number, max: number): number[] {
  const times: number[] = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power += 1)
    for (let digit = 1; digit <= 9; digit += 1) times.push(Number((digit * 10 ** power).toPrecision(6)));
  return times.filter((ms) => ms >= min && ms <= max);
}
/** 1, 2 or 5 of a power of ten: all lines of the grid would be too many to name. */
const isRound = (value: number): boolean => /^[125]e/.test(value.toExponential(6).replace('.000000', ''));

function shares(series: readonly (readonly number[])[]): uPlot.AlignedData {
  const all = [...new Set(series.flat().map(atLeastVisible))].sort((a, b) => a - b);
  const shareOf = (values: readonly number[]): (number | null)[] => {
    const sorted = values.map(atLeastVisible).sort((a, b) => a - b);
    let passed = 0;
    return all.map((at) => {
      while (passed < sorted.length && (sorted[passed] ?? 0) <= at) passed += 1;
      return sorted.length === 0 ? null : (passed / sorted.length) * 100;
    });
  };
  return [all, ...series.map(shareOf)];
}

customElements.define('distribution-chart', DistributionChart);

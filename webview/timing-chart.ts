import { html } from 'lit';
import uPlot from 'uplot';
import type { InvocationTiming } from '../src/observe/timing.ts';
import type { Throttled } from '../src/protocol/panel.ts';
import { milliseconds, timeOfDay } from './format.ts';
import { isFailed, totalMs } from './invocation-facts.ts';
import { axisLook, axisTime, fontOf, PlotElement, type ThemeColour } from './plot-element.ts';
import { drawThrottles, stripHeight, throttleMarks, type ThrottleMark } from './throttle-marks.ts';
import { throttledWords } from './throttles.ts';
import { t } from './translate.ts';

/** The newest invocations the chart has room for. */
const maxBars = 400;
const height = 150;

/** Each invocation as a bar: its duration, and on a cold start its init stacked on it in another colour under a marker. Refused invocations, which have no bar, are marks below. */
export class TimingChart extends PlotElement {
  static override properties = {
    invocations: { attribute: false },
    throttles: { attribute: false },
    utc: { attribute: false },
  };
  declare invocations: readonly InvocationTiming[];
  declare throttles: readonly Throttled[];
  declare utc: boolean;
  protected readonly plotHeight = height;
  #shown: readonly InvocationTiming[] = [];
  #marks: readonly ThrottleMark[] = [];

  constructor() {
    super();
    this.invocations = [];
    this.throttles = [];
    this.utc = false;
  }

  protected override render() {
    return html`<div class="chart-plot" aria-hidden="true" @click=${() => this.#select()}></div>
      <div class="chart-tip" role="status" hidden></div>`;
  }

  protected override updated(): void {
    const ended = this.invocations.filter((invocation) => invocation.durationMs !== undefined);
    this.#shown = ended.slice(-maxBars);
    const hadMarks = this.#marks.length > 0;
    this.#marks = throttleMarks(this.throttles, this.#shown, ended.length <= maxBars);
    // Marks take their room from the bars.
    if (this.plot && hadMarks === this.#marks.length > 0) this.plot.setData(this.#data());
    else this.rebuild();
  }

  #data(): uPlot.AlignedData {
    // Drawn one over the other: the whole in the colour of Init, its Duration in front.
    return [
      this.#shown.map((_, index) => index),
      this.#shown.map((invocation) => (invocation.coldStart ? totalMs(invocation) : null)),
      this.#shown.map((invocation) => (isFailed(invocation) ? null : (invocation.durationMs ?? null))),
      this.#shown.map((invocation) => (isFailed(invocation) ? (invocation.durationMs ?? null) : null)),
    ];
  }

  protected makePlot(place: HTMLElement, colour: ThemeColour): uPlot {
    const warm = colour('--vscode-charts-blue', '#3794ff');
    const cold = colour('--cold-start', '#d18616');
    const failed = colour('--vscode-charts-red', '#f14c4c');
    const throttled = { colour: colour('--throttled', '#b180d7'), font: fontOf(colour) };
    const bars = (fill: string, label: string): uPlot.Series => ({
      label,
      fill,
      width: 0,
      points: { show: false },
      ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.72, 34] }) }),
    });
    return new uPlot(
      {
        width: Math.max(this.clientWidth, 100),
        height,
        legend: { show: false },
        padding: [18, 8, this.#marks.length > 0 ? stripHeight : 8, 0],
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: {
          x: { time: false, range: () => [-0.75, Math.max(this.#shown.length, 12) - 0.25] },
          y: { range: (_plot, _min, max) => [0, Math.max(max ?? 0, 1) * 1.05] },
        },
        axes: [{ show: false }, { ...axisLook(colour), size: 64, values: (_plot, splits) => splits.map(axisTime) }],
        series: [{}, bars(cold, 'Init'), bars(warm, 'Duration'), bars(failed, 'Failed')],
        hooks: {
          draw: [
            (plot) => this.#markColdStarts(plot, cold),
            (plot) => this.#markSmallBars(plot, warm, failed),
            (plot) => drawThrottles(plot, this.#marks, throttled),
          ],
          setCursor: [(plot) => this.#showTip(plot)],
        },
      },
      this.#data(),
      place,
    );
  }

  /** A triangle above each cold start, so that it is found without comparing colours. */
  #markColdStarts(plot: uPlot, colour: string): void {
    const { ctx } = plot;
    const size = 5 * devicePixelRatio;
    ctx.save();
    ctx.fillStyle = colour;
    this.#shown.forEach((invocation, index) => {
      if (!invocation.coldStart) return;
      const x = plot.valToPos(index, 'x', true);
      const y = plot.valToPos(totalMs(invocation), 'y', true) - 4 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(x - size, y - size * 1.6);
      ctx.lineTo(x + size, y - size * 1.6);
      ctx.fill();
    });
    ctx.restore();
  }

  /** A bar too low to be seen beside a cold start still stands as a line of two pixels. */
  #markSmallBars(plot: uPlot, warm: string, failed: string): void {
    const { ctx } = plot;
    const base = plot.valToPos(0, 'y', true);
    const least = 2 * devicePixelRatio;
    const slot = Math.abs(plot.valToPos(1, 'x', true) - plot.valToPos(0, 'x', true));
    const width = Math.min(slot * 0.72, 34 * devicePixelRatio);
    ctx.save();
    this.#shown.forEach((invocation, index) => {
      const top = plot.valToPos(invocation.durationMs ?? 0, 'y', true);
      if (invocation.coldStart || base - top >= least) return;
      ctx.fillStyle = isFailed(invocation) ? failed : warm;
      ctx.fillRect(plot.valToPos(index, 'x', true) - width / 2, base - least, width, least);
    });
    ctx.restore();
  }

  #showTip(plot: uPlot): void {
    const tip = this.querySelector('.chart-tip');
    if (!(tip instanceof HTMLElement)) return;
    const at = plot.cursor.idx ?? -1;
    const invocation = this.#shown[at];
    const mark = this.#marks.find(({ from, to }) => from <= at && at <= to);
    tip.hidden = !invocation || (plot.cursor.left ?? -1) < 0;
    if (!invocation || tip.hidden) return;
    const parts = [
      timeOfDay(invocation.startedAt, this.utc),
      invocation.coldStart
        ? t('cold start, Init {0}', milliseconds(invocation.initDurationMs ?? invocation.restoreDurationMs))
        : t('warm'),
      t('Duration {0}', milliseconds(invocation.durationMs)),
      t('Billed {0}', milliseconds(invocation.billedDurationMs)),
      ...(invocation.status === 'ok' ? [] : [invocation.status]),
      ...(mark ? [`${t('throttled')}: ${throttledWords(mark.count, mark.periodMs)}`] : []),
    ];
    tip.textContent = parts.join(' · ');
  }

  #select(): void {
    const invocation = this.#shown[this.plot?.cursor.idx ?? -1];
    if (invocation)
      this.dispatchEvent(new CustomEvent('select-invocation', { detail: invocation.requestId, bubbles: true }));
  }
}

customElements.define('timing-chart', TimingChart);

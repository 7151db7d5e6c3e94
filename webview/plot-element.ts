import { LitElement } from 'lit';
import type uPlot from 'uplot';

/** A colour of the theme, or another where the theme has none of that name. */
export type ThemeColour = (name: string, otherwise: string) => string;

/** An element around one plot: as wide as its place, in the colours of the theme, also after that has changed. */
export abstract class PlotElement extends LitElement {
  protected plot: uPlot | undefined;
  protected abstract readonly plotHeight: number;
  readonly #resize = new ResizeObserver(() => this.#fit());
  readonly #theme = new MutationObserver(() => this.rebuild());

  /** Makes the plot in its place, in these colours. */
  protected abstract makePlot(place: HTMLElement, colour: ThemeColour): uPlot;

  // The panel's one style sheet covers it.
  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
    // VS Code changes the theme in place: its variables on <html>, its name on <body>.
    this.#theme.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    this.#theme.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#theme.disconnect();
    this.plot?.destroy();
    this.plot = undefined;
  }

  protected rebuild(): void {
    const place = this.querySelector('.chart-plot');
    if (!(place instanceof HTMLElement)) return;
    this.plot?.destroy();
    const style = getComputedStyle(document.body);
    this.plot = this.makePlot(place, (name, otherwise) => style.getPropertyValue(name).trim() || otherwise);
  }

  #fit(): void {
    if (this.plot && this.clientWidth > 0) this.plot.setSize({ width: this.clientWidth, height: this.plotHeight });
  }
}

/** Of what is written in plots; uPlot scales the size of its axes by itself. */
export const fontOf = (colour: ThemeColour): string => `11px ${colour('--vscode-font-family', 'sans-serif')}`;

/** What the axes of all plots have in common. */
export function axisLook(colour: ThemeColour): Pick<uPlot.Axis, 'stroke' | 'font' | 'grid' | 'ticks'> {
  return {
    stroke: colour('--vscode-descriptionForeground', '#888'),
    font: fontOf(colour),
    grid: { stroke: colour('--vscode-editorWidget-border', 'rgba(128,128,128,0.25)'), width: 1 },
    ticks: { show: false },
  };
}

/** 20 ms, 1.5 s: of an axis. */
export const axisTime = (ms: number): string => (ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`);

import type { Browser, Page } from 'playwright-core';
import { LogModel } from '../../src/observe/log-model.ts';
import type { LogEvent } from '../../src/observe/timing.ts';
import type { FromPanel, ToPanel } from '../../src/protocol/panel.ts';
import type { PageServer, Theme } from './page-server.ts';

/** What fake-host.js keeps in the page. */
interface HostWindow {
  readonly posted: readonly FromPanel[];
  readonly violations: readonly string[];
  readonly executed: readonly string[];
}

export interface OpenOptions {
  readonly browser: Browser;
  readonly server: PageServer;
  readonly theme?: Theme;
  readonly width?: number;
  readonly maxLines?: number;
}

/** The panel in a browser, and its host: log events go through the real log model and arrive as the editor sends them. */
export class PanelPage {
  readonly page: Page;
  readonly #model = new LogModel({ maxLines: 100_000 });

  private constructor(page: Page) {
    this.page = page;
  }

  static async open({
    browser,
    server,
    theme = 'dark',
    width = 900,
    maxLines = 100_000,
  }: OpenOptions): Promise<PanelPage> {
    const page = await browser.newPage({ viewport: { width, height: 860 }, reducedMotion: 'reduce' });
    const panel = new PanelPage(page);
    await page.goto(`${server.origin}/${theme}`);
    await page.locator('lambda-panel header').waitFor();
    await panel.start(maxLines);
    return panel;
  }

  async start(
    maxLines = 100_000,
    functionNames: readonly string[] = ['resize-image'],
    filterPattern = '',
    hasTraces = false,
  ): Promise<void> {
    const target = hasTraces ? 'AWS · eu-west-1' : 'Local Lambda';
    await this.send({ type: 'reset', functionNames, target, maxLines, filterPattern, hasTraces });
    await this.send({ type: 'tail', status: { state: 'live' } });
  }

  /** Sends one message and waits until the page has drawn what it made of it. */
  async send(message: ToPanel): Promise<void> {
    await this.page.evaluate(async (message) => {
      window.dispatchEvent(new MessageEvent('message', { data: message }));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }, message);
  }

  async log(events: readonly LogEvent[]): Promise<void> {
    const { lines, invocations } = this.#model.append(events);
    await this.send({ type: 'append', lines, invocations });
  }

  posted(): Promise<readonly FromPanel[]> {
    return this.#ofHost('posted');
  }

  /** What the policy forbade, and errors nobody caught. */
  violations(): Promise<readonly string[]> {
    return this.#ofHost('violations');
  }

  /** Filled by the hostile lines of the tests, should one of them ever run. */
  executed(): Promise<readonly string[]> {
    return this.#ofHost('executed');
  }

  /** Pixels of the chart that are drawn on, in each of the three bar colours and that of what was refused. */
  barPixels(): Promise<{ init: number; duration: number; failed: number; throttled: number }> {
    return this.page.evaluate(() => {
      const canvas = document.querySelector('timing-chart canvas');
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('There is no chart.');
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      const style = getComputedStyle(document.body);
      const count = (name: string): number => {
        const [red, green, blue] = (
          style
            .getPropertyValue(name)
            .trim()
            .match(/[0-9a-f]{2}/gi) ?? []
        ).map((two) => Number.parseInt(two, 16));
        let found = 0;
        for (let at = 0; at < data.length; at += 4) {
          if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) found += 1;
        }
        return found;
      };
      return {
        init: count('--cold-start'),
        duration: count('--vscode-charts-blue'),
        failed: count('--vscode-charts-red'),
        throttled: count('--throttled'),
      };
    });
  }

  /** The figures over the chart, such as "2 cold starts". */
  summary(): Promise<string[]> {
    return this.page
      .locator('.summary .figure')
      .evaluateAll((figures) =>
        figures.map((figure) => [...figure.children].map((child) => child.textContent.trim()).join(' ')),
      );
  }

  /** The log rows in the document, in order: "# 00000001" is the heading of invocation 1, all else are messages. */
  rows(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('log-list .log-row')].map((row) => {
        const heading = row.dataset['invocation'];
        return heading ? `# ${heading.slice(0, 8)}` : (row.querySelector('.message')?.textContent ?? '');
      }),
    );
  }

  /** Tries again at each frame until the assertion holds; fails as it does when it never will. */
  async eventually(assertion: () => Promise<void>): Promise<void> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      try {
        await assertion();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      }
    }
  }

  /** How far content reaches out of the page or of its place at the side, px; what may scroll sideways is left out. */
  overhang(): Promise<string[]> {
    return this.page.evaluate(() => {
      const scrollers = '.log-scroll, .timings-scroll, .result-body, .visually-hidden';
      return (
        [...document.querySelectorAll<HTMLElement>('body, lambda-panel, lambda-panel *')]
          .filter((element) => !element.closest(scrollers) || element.matches('.log-scroll, .timings-scroll'))
          .filter((element) => element.getClientRects().length > 0)
          // Its list lies over the page, and is looked at by itself.
          .filter((element) => !element.matches('.column-menu'))
          .filter(
            (element) =>
              element.getBoundingClientRect().right > innerWidth + 0.5 || element.scrollWidth > element.clientWidth + 1,
          )
          .filter((element) => getComputedStyle(element).display !== 'inline')
          .map(
            (element) => `${element.localName}.${element.className}: ${element.scrollWidth} > ${element.clientWidth}`,
          )
      );
    });
  }

  #ofHost<Name extends keyof HostWindow>(name: Name): Promise<HostWindow[Name]> {
    // fake-host.js defines these on the window before the panel starts.
    return this.page.evaluate((name) => (window as unknown as HostWindow)[name as keyof HostWindow], name) as Promise<
      HostWindow[Name]
    >;
  }
}

// @ts-check
import { LogModel } from '../../src/observe/log-model.ts';
import { quantile } from '../../src/observe/quantile.ts';
import { PanelPage } from '../webview/panel-page.ts';
import { busyLog, reportsOnly } from './panel-lines.mjs';

/**
 * @typedef {{ browser: import('playwright-core').Browser, server: import('../webview/page-server.ts').PageServer }} Place
 * @typedef {import('playwright-core').Page} Page
 */

const ring = 100_000;
const paints = 9;
const scrolledFrames = 400;
const linesPerInvocation = 5;
const linesPerSecond = 5000;
const batchMs = 50;

/** Median time to the first contentful paint, ms after the page was asked for. */
export async function paintFirst(/** @type {Place} */ { browser, server }) {
  const times = [];
  for (let round = 0; round < paints; round += 1) {
    const page = await browser.newPage({ viewport: { width: 900, height: 860 } });
    await page.goto(`${server.origin}/dark`);
    times.push(
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            const observer = new PerformanceObserver((list) => {
              const paint = list.getEntriesByName('first-contentful-paint')[0];
              if (paint) resolve(paint.startTime);
            });
            observer.observe({ type: 'paint', buffered: true });
          }),
      ),
    );
    await page.close();
  }
  return quantile(times, 0.5) ?? Number.NaN;
}

/** 100,000 lines of 100,000 invocations, in one message as after a window was reloaded; then through the log to its end and back. */
export async function openMany(/** @type {Place} */ place) {
  const panel = await PanelPage.open({ ...place, maxLines: ring });
  const { lines, invocations } = new LogModel({ maxLines: ring }).append(reportsOnly(ring));
  // In pieces, for the tool's own connection: the page gets them as one.
  await panel.page.evaluate(() => Object.assign(window, { many: { type: 'append', lines: [], invocations: [] } }));
  for (let from = 0; from < ring; from += 5000) {
    const piece = { lines: lines.slice(from, from + 5000), invocations: invocations.slice(from, from + 5000) };
    await panel.page.evaluate((piece) => {
      const many = Reflect.get(window, 'many');
      many.lines.push(...piece.lines);
      many.invocations.push(...piece.invocations);
    }, piece);
  }
  const openMs = await panel.page.evaluate(async () => {
    const began = performance.now();
    window.dispatchEvent(new MessageEvent('message', { data: structuredClone(Reflect.get(window, 'many')) }));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return performance.now() - began;
  });
  await panel.page.getByRole('checkbox', { name: 'Follow' }).click();
  const frames = await panel.page.evaluate(scrollThrough, scrolledFrames);
  const megabytes = await heapMegabytes(panel.page);
  await panel.page.close();
  return { openMs, p95FrameMs: quantile(frames, 0.95) ?? Number.NaN, megabytes };
}

/** 5,000 lines a second come to a full panel. What is behind at the end, and how the frames were meanwhile. */
export async function followLive(/** @type {Place} */ place, /** @type {number} */ seconds) {
  const panel = await PanelPage.open({ ...place, maxLines: ring });
  const model = new LogModel({ maxLines: ring });
  let invocation = 0;
  let hostMs = 0;
  const next = (/** @type {number} */ count) => {
    const events = busyLog(invocation, count);
    invocation += count;
    const began = performance.now();
    const { lines, invocations } = model.append(events);
    hostMs += performance.now() - began;
    return { type: 'append', lines, invocations };
  };
  for (let full = 0; full < ring; full += 5000) {
    await panel.page.evaluate(
      (data) => void window.dispatchEvent(new MessageEvent('message', { data })),
      next(5000 / linesPerInvocation),
    );
  }
  hostMs = 0;
  // All messages are there before they are due, so that the tool's own connection is no part of what is measured; as texts, so that
  // they are next to no work for the page's garbage collector.
  const perBatch = (linesPerSecond * batchMs) / 1000 / linesPerInvocation;
  const batches = (seconds * 1000) / batchMs;
  await panel.page.evaluate(() => void Reflect.set(window, 'due', []));
  for (let sent = 0; sent < batches; sent += 20) {
    const messages = Array.from({ length: Math.min(20, batches - sent) }, () => JSON.stringify(next(perBatch)));
    await panel.page.evaluate((messages) => void Reflect.get(window, 'due').push(...messages), messages);
  }
  await panel.page.evaluate(recordFrames);
  const behindMs = await panel.page.evaluate(sendWhenDue, batchMs);
  const frames = await panel.page.evaluate(() => [...Reflect.get(window, 'frameTimes')].map(Number));
  // That lines have left it is seen, too.
  await panel.page.getByText('have left the panel').waitFor();
  const megabytes = await heapMegabytes(panel.page);
  await panel.page.close();
  const hostShare = hostMs / (seconds * 1000);
  return {
    seconds,
    behindMs,
    p95FrameMs: quantile(frames, 0.95) ?? Number.NaN,
    hostShare,
    megabytes,
  };
}

/** Runs in the page: a screen's half further with each frame; the time of each frame, ms. */
async function scrollThrough(/** @type {number} */ count) {
  const scroll = document.querySelector('.log-scroll');
  if (!(scroll instanceof HTMLElement)) throw new Error('There is no log.');
  const times = [];
  const far = scroll.scrollHeight;
  scroll.scrollTop = 0;
  let before = await new Promise(requestAnimationFrame);
  for (let frame = 0; frame < count; frame += 1) {
    // Steps as of a wheel, and now and then a leap as with the scroll bar.
    scroll.scrollTop = frame % 50 === 49 ? (far * frame) / count : scroll.scrollTop + 120;
    const now = await new Promise(requestAnimationFrame);
    times.push(now - before);
    before = now;
  }
  return times;
}

/** Runs in the page: gives it each message when it is due; how late the last one is on screen, ms. */
async function sendWhenDue(/** @type {number} */ everyMs) {
  /** @type {string[]} */
  const messages = Reflect.get(window, 'due');
  const count = messages.length;
  const began = performance.now();
  for (let sent = 0; sent < count; sent += 1) {
    const left = began + sent * everyMs - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
    window.dispatchEvent(new MessageEvent('message', { data: JSON.parse(messages.shift() ?? '') }));
  }
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return Math.max(0, performance.now() - began - (count - 1) * everyMs);
}

/** Runs in the page: writes down the time of each frame from now on, ms. */
function recordFrames() {
  /** @type {number[]} */
  const frames = [];
  Reflect.set(window, 'frameTimes', frames);
  let before = performance.now();
  const next = (/** @type {number} */ now) => {
    frames.push(now - before);
    before = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

/** Of the page's JavaScript after a collection. */
async function heapMegabytes(/** @type {Page} */ page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

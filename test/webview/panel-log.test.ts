// What the panel has and which rows it makes of that, against the plainest way to find them out. Without a browser.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InvocationTiming } from '../../src/observe/timing.ts';
import type { PanelLine } from '../../src/protocol/panel.ts';
import { LogFeed } from '../../webview/log-feed.ts';
import { PanelLog, type RowOptions } from '../../webview/panel-log.ts';
import type { LogRow, RowBlocks } from '../../webview/row-blocks.ts';

const all: RowOptions = { only: 'all', grouped: true, collapsed: new Set() };
const forever = 1e9;

const line = (key: number, requestId?: string): PanelLine => {
  return {
    key,
    timestamp: key,
    message: `line ${key}`,
    logStream: 's',
    source: 'function',
    ...(requestId !== undefined && { requestId }),
  };
};
const invocation = (requestId: string, more: Partial<InvocationTiming> = {}): InvocationTiming => {
  return { requestId, logStream: 's', startedAt: 0, status: 'ok', ...more };
};
const wordsOf = (row: LogRow): string =>
  row.kind === 'heading' ? `# ${row.invocation.requestId}` : String(row.line.key);
const shown = (rows: RowBlocks): string[] => [...rows].map(wordsOf);

/** The rows of these lines, found out from nothing. A group stands where its first line came, though that may have left (`ever`). */
function plainRows(
  ever: readonly PanelLine[],
  lines: readonly PanelLine[],
  invocations: ReadonlyMap<string, InvocationTiming>,
  { only, grouped, collapsed, passes }: RowOptions & { readonly passes: (line: PanelLine) => boolean },
): string[] {
  const wanted = lines.filter(passes).filter(({ requestId = '' }) => {
    const { status, coldStart } = invocations.get(requestId) ?? {};
    return only === 'all' || (only === 'failed' ? status === 'error' : coldStart === true);
  });
  if (!grouped) return wanted.map(({ key }) => String(key));
  const order = new Map<string | number, PanelLine[]>();
  for (const each of ever) order.set(each.requestId ?? each.key, []);
  for (const each of wanted) order.get(each.requestId ?? each.key)?.push(each);
  return [...order].flatMap(([id, group]) => {
    if (group.length === 0) return [];
    const isHead = typeof id === 'string' && invocations.has(id);
    const keys = isHead && collapsed.has(id) ? [] : group.map(({ key }) => String(key));
    return isHead ? [`# ${id}`, ...keys] : keys;
  });
}

describe('the log of the panel', () => {
  it('makes the rows that the plainest way makes, whatever comes, goes and is chosen', () => {
    let state = 11;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const most = 700;
    const log = new PanelLog(most);
    let ever: PanelLine[] = [];
    let lines: PanelLine[] = [];
    const invocations = new Map<string, InvocationTiming>();
    let key = 0;
    let options = all;
    let passes = (_line: PanelLine): boolean => true;
    for (let round = 0; round < 300; round += 1) {
      const added = Array.from({ length: random(30) }, () => {
        key += 1;
        return line(key, random(5) === 0 ? undefined : `r${Math.floor(key / 20) - random(3)}`);
      });
      const changed = [...new Set(added.map(({ requestId }) => requestId))].flatMap((id) =>
        id === undefined || random(4) === 0
          ? []
          : [invocation(id, { status: random(3) === 0 ? 'error' : 'ok', coldStart: random(2) === 0 })],
      );
      log.append({ lines: added, invocations: changed });
      for (const each of changed) invocations.set(each.requestId, each);
      const leaving = lines.concat(added).slice(0, -most);
      lines = lines.concat(added).slice(-most);
      const left = new Set(lines.map(({ key: of, requestId }) => requestId ?? of));
      // Whoever has left altogether and comes again begins where it comes.
      ever = ever.concat(added).filter(({ key: of, requestId }) => left.has(requestId ?? of));
      for (const { requestId = '' } of leaving)
        if (!lines.some((each) => each.requestId === requestId)) invocations.delete(requestId);
      if (random(10) === 0) {
        const digit = String(random(10));
        passes = random(2) === 0 ? () => true : ({ message }) => message.includes(digit);
        log.filterBy(passes);
      }
      if (random(10) === 0) {
        const only = (['all', 'all', 'failed', 'cold'] as const)[random(4)] ?? 'all';
        const grouped = random(3) > 0;
        // Grouped anew, by the lines that are left.
        if (grouped !== options.grouped) ever = lines;
        options = { only, grouped, collapsed: new Set([`r${Math.floor(key / 20) - random(9)}`]) };
      }
      assert.equal(log.sift(forever), 0);
      const rows = log.rows(options);
      assert.deepEqual(shown(rows), plainRows(ever, lines, invocations, { ...options, passes }), `round ${round}`);
      assert.equal(rows.length, shown(rows).length);
      assert.deepEqual([log.size, log.dropped], [lines.length, key - lines.length]);
    }
  });

  it('keeps the newest lines, and no invocation without one', () => {
    const log = new PanelLog(3);
    log.append({ lines: [line(1, 'a'), line(2, 'b'), line(3, 'a')], invocations: [invocation('a'), invocation('b')] });
    log.append({ lines: [line(4, 'c'), line(5, 'c')], invocations: [invocation('c')] });
    assert.deepEqual(
      log.lines().map(({ key }) => key),
      [3, 4, 5],
    );
    assert.deepEqual([log.has('a'), log.has('b'), log.has('c'), log.dropped], [true, false, true, 2]);
    assert.deepEqual(shown(log.rows(all)), ['# a', '3', '# c', '4', '5']);
  });

  it('tells what the filter was not held against, newest last', () => {
    const log = new PanelLog(1000);
    log.append({ lines: Array.from({ length: 10 }, (_, key) => line(key)), invocations: [] });
    log.filterBy(({ key }) => key % 2 === 0);
    assert.equal(log.sift(0), 10);
    assert.deepEqual(shown(log.rows(all)), []);
    assert.equal(log.sift(forever), 0);
    assert.deepEqual(shown(log.rows(all)), ['0', '2', '4', '6', '8']);
    assert.equal(log.rows(all).lines, 5);
  });
});

describe('the places of rows', () => {
  it('follow from the heights that were measured, and guesses', () => {
    const log = new PanelLog(2000);
    log.append({ lines: Array.from({ length: 2000 }, (_, key) => line(key)), invocations: [] });
    const rows = log.rows(all);
    assert.equal(rows.height, 2000 * 20);
    assert.equal(rows.measure(rows.slice(10, 12).map((row) => [row, 60] as const)), true);
    assert.equal(rows.measure(rows.slice(10, 12).map((row) => [row, 60] as const)), false);
    assert.equal(rows.height, 2000 * 20 + 80);
    assert.deepEqual([rows.topOf(10), rows.topOf(11), rows.topOf(12), rows.topOf(2000)], [200, 260, 320, rows.height]);
    for (const index of [0, 9, 10, 11, 12, 255, 256, 257, 1999]) {
      assert.equal(rows.indexAt(rows.topOf(index)), index);
      assert.equal(rows.indexAt(rows.topOf(index + 1) - 1), index);
      assert.equal(rows.indexOf(rows.slice(index, index + 1)[0] as LogRow), index);
    }
    assert.deepEqual([rows.indexAt(-5), rows.indexAt(1e9)], [0, 1999]);
    assert.deepEqual(rows.slice(254, 258).map(wordsOf), ['254', '255', '256', '257']);
  });
});

describe('a pause', () => {
  it('holds back what comes, as much as the panel can have, and loses none of it', () => {
    const feed = new LogFeed(5);
    const append = (...keys: number[]): void =>
      feed.append({ type: 'append', lines: keys.map((key) => line(key)), invocations: [] });
    append(1, 2, 3);
    feed.pause();
    append(4, 5);
    append(6, 7, 8);
    append(9, 10);
    assert.deepEqual([feed.log.size, feed.waiting, feed.paused], [3, 7, true]);
    feed.resume();
    assert.deepEqual(feed.log.lines().map(({ key }) => key), [6, 7, 8, 9, 10]); // prettier-ignore
    assert.deepEqual([feed.log.dropped, feed.waiting, feed.paused], [5, 0, false]);
  });
});

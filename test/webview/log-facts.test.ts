// What a line says of itself, and which lines a filter leaves. Without a browser.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PanelLine } from '../../src/protocol/panel.ts';
import { lineFilter } from '../../webview/line-filter.ts';
import { factsOf } from '../../webview/log-line.ts';
import { styledPieces } from '../../webview/ansi-text.ts';
import { pointInTime } from '../../webview/point-in-time.ts';
import { placesIn } from '../../webview/source-frames.ts';
import { stackTraceIn } from '../../webview/stack-trace.ts';

const id = '5dcb9a5a-7d5c-4b47-9d1a-1f0f0c1e2d3b';

describe('the level of a line', () => {
  for (const [message, level] of [
    [`2026-01-01T00:00:00.000Z\t${id}\tERROR\tno`, 'error'],
    [`2026-01-01T00:00:00.000Z\t${id}\tWARN\thm`, 'warning'],
    [`2026-01-01T00:00:00.000Z\t${id}\tINFO\tan ERROR that was expected`, 'info'],
    [`[WARNING]\t2026-01-01T00:00:00.000Z\t${id}\thm`, 'warning'],
    ['[ERROR] KeyError: x', 'error'],
    [`W, [2026-01-01T00:00:00.000000 #8]  WARN ${id} -- : hm`, 'warning'],
    [`2026-01-01T00:00:00.000Z ${id} Task timed out after 3.00 seconds`, 'error'],
    ['plain words', 'plain'],
    ['{"level":"INFO","message":"hello"}', 'info'],
    ['{"level":50,"msg":"pino"}', 'error'],
    ['{"severity":"warning","message":"hm"}', 'warning'],
    ['{"no":"level"}', 'plain'],
  ] as const) {
    it(`of ${message.slice(0, 60)} is ${level}`, () => assert.equal(factsOf(message).level, level));
  }
});

describe('the object in a line', () => {
  it('is the line, or what an error ends with; its text is what a person reads', () => {
    const json = factsOf(`{"timestamp":"t","level":"INFO","requestId":"${id}","message":"hello","user":{"id":7}}\n`);
    assert.equal(json.text, 'hello');
    assert.deepEqual(json.fields?.['user'], { id: 7 });
    const thrown = factsOf(
      `t\t${id}\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"x is no function","stack":["at a"]}`,
    );
    assert.deepEqual([thrown.level, thrown.text], ['error', 'TypeError: x is no function']);
    assert.deepEqual(thrown.fields?.['stack'], ['at a']);
  });

  it('is none where it is not whole, a list, or words', () => {
    for (const message of ['{"a":', '[1,2]', '{}x', 'a {"b":1}', '', '{', '}', `{"a":"${'x'.repeat(400_000)}"}`])
      assert.equal(factsOf(message).fields, undefined, message.slice(0, 20));
  });
});

const line = (message: string, more: Partial<PanelLine> = {}): PanelLine => {
  return { key: 1, timestamp: 0, message, logStream: 's', source: 'function', ...more };
};
const passes = (options: Partial<Parameters<typeof lineFilter>[0]>, ...lines: PanelLine[]): string[] => {
  const filter = lineFilter({ filter: '', pattern: false, level: 'debug', functionName: '', ...options });
  assert.ok('test' in filter);
  return lines.filter(filter.test).map(({ message }) => message);
};

describe('a filter', () => {
  it('takes text whatever its case, and the beginning of a request id', () => {
    const lines = [line('Apple'), line('pear', { requestId: id }), line('a+')];
    assert.deepEqual(passes({ filter: 'aPP' }, ...lines), ['Apple']);
    assert.deepEqual(passes({ filter: id.slice(0, 8) }, ...lines), ['pear']);
    assert.deepEqual(passes({ filter: 'a+' }, ...lines), ['a+']);
  });

  it('takes a regular expression where it is asked to', () => {
    const lines = [line('took 12 ms'), line('took 7 ms'), line('took long')];
    assert.deepEqual(passes({ filter: String.raw`took \d{2,} MS$`, pattern: true }, ...lines), ['took 12 ms']);
    const broken = lineFilter({ filter: '(', pattern: true, level: 'debug', functionName: '' });
    assert.ok('problem' in broken && /Unterminated group|Invalid regular expression/.test(broken.problem.message));
  });

  it('leaves what is as grave as asked for, and none of the platform then', () => {
    const lines = [line('plain'), line('[ERROR] x'), line('{"level":"debug"}'), line('END', { source: 'platform' })];
    assert.deepEqual(passes({ level: 'info' }, ...lines), ['plain', '[ERROR] x']);
    assert.deepEqual(passes({ level: 'error' }, ...lines), ['[ERROR] x']);
    assert.equal(passes({}, ...lines).length, 4);
  });

  it('ends where the line ends, not behind the line break that the service keeps', () => {
    assert.deepEqual(passes({ filter: 'ms$', pattern: true }, line('12 ms\n'), line('12 ms \n')), ['12 ms\n']);
  });
});

describe('places in the code', () => {
  const wordsOf = (text: string): string[] => [...placesIn(text)].map(({ start, end }) => text.slice(start, end));

  it('are found with all that names them', () => {
    const local = '/home/u/code/3f_a-9=/files/src/app.mjs:12:7';
    for (const words of ['file:///var/task/a.mjs:3:9', '/var/task/lib/a.rb:4', 'File "/var/task/a.py", line 7', local, `file://${local}`, `File "${local.slice(0, -5)}", line 1`])
      assert.deepEqual(wordsOf(`at f (${words}) and ${words}`), [words, words]); // prettier-ignore
    for (const none of ['/var/task/a.mjs', '/var/task/:1', '/etc/files/a:1', '/code/a b/files/x:1', 'code/x/files/a:1', '"/var/task/a.py", line 7'])
      assert.deepEqual(wordsOf(none), [], none); // prettier-ignore
  });

  it('are looked for once, however many a line pretends to have', () => {
    for (const hostile of ['/code/a/files/', '/files/', '/code/', '/var/task/', '/code/a/files/x:', 'File "/var/task/'])
      assert.deepEqual(wordsOf(hostile.repeat(Math.floor(20_000 / hostile.length))), [], hostile); // prettier-ignore
  });
});

describe('the colours of a line', () => {
  const styles = (text: string) => styledPieces(text).map(({ text: words, style }) => [words, style]);

  it('are those that Select Graphic Rendition says, until it says otherwise', () => {
    assert.deepEqual(styles('plain'), [['plain', {}]]);
    assert.deepEqual(styles('a\x1b[1;31mb\x1b[22mc\x1b[39md'), [['a', {}], ['b', { bold: true, colour: 1 }], ['c', { colour: 1 }], ['d', {}]]); // prettier-ignore
    assert.deepEqual(styles('\x1b[94;103mx\x1b[my'), [
      ['x', { colour: 12, background: 11 }],
      ['y', {}],
    ]);
    assert.deepEqual(styles('\x1b[38;5;9;4mx'), [['x', { colour: 9, underline: true }]]);
    assert.deepEqual(styles('\x1b[38;5;21mx\x1b[48;5;244my'), [['x', { colour: [0, 0, 255] }], ['y', { colour: [0, 0, 255], background: [128, 128, 128] }]]); // prettier-ignore
    assert.deepEqual(styles('\x1b[38;2;1;2;3mx\x1b[7;9;3;2my'), [['x', { colour: [1, 2, 3] }], ['y', { colour: [1, 2, 3], inverse: true, strike: true, italic: true, dim: true }]]); // prettier-ignore
  });

  it('are none where they are said wrongly', () => {
    for (const wrong of ['38;5;256', '38;2;1;2', '38;2;1;2;300', '38;9', '58', '1000', ''])
      assert.deepEqual(styles(`\x1b[${wrong}mx`), [['x', {}]], wrong);
  });
});

describe('a stack trace', () => {
  const python =
    '[ERROR] KeyError: x\nTraceback (most recent call last):\n  File "/var/task/a.py", line 3, in f\n    g()\n  File "/var/task/a.py", line 5, in g\n    d["x"]';
  const printed = `${python.slice(python.indexOf('Trace'))}\nKeyError: 'x'\n`;
  const java =
    'java.lang.IllegalStateException: no\n\tat a.B.c(B.java:3)\n\tat a.B.d(B.java:9)\nCaused by: java.io.IOException: x\n\t... 2 more\n';

  it('is found with what went wrong, in Python, Node.js and Java', () => {
    assert.deepEqual([stackTraceIn(python)?.head, stackTraceIn(python)?.frames], ['[ERROR] KeyError: x', 2]);
    assert.equal(stackTraceIn(printed)?.head, "KeyError: 'x'");
    assert.ok(stackTraceIn(printed)?.rest.startsWith('Traceback') && !stackTraceIn(printed)?.rest.includes('KeyError'));
    assert.deepEqual(
      [stackTraceIn(java)?.head, stackTraceIn(java)?.frames],
      ['java.lang.IllegalStateException: no', 3],
    );
    assert.ok(stackTraceIn(java)?.rest.includes('Caused by: java.io.IOException: x'));
  });

  it('is none where there are only lines', () => {
    for (const message of ['one\ntwo\nthree', 'Error: x\n    at f (a:1:1)', 'we met at noon\n and at one', ''])
      assert.equal(stackTraceIn(message), undefined, message);
  });
});

describe('a point in time', () => {
  const now = Date.UTC(2026, 4, 4, 12, 0, 0);
  const at = (words: string, utc = true): string | undefined => {
    const point = pointInTime(words, { utc, now });
    return point === undefined ? undefined : new Date(point).toISOString();
  };

  it('is so long ago, a time of the last day, or a date', () => {
    for (const [words, point] of [
      ['-10m', '2026-05-04T11:50:00.000Z'],
      ['-1.5h', '2026-05-04T10:30:00.000Z'],
      ['- 30 s', '2026-05-04T11:59:30.000Z'],
      ['-2D', '2026-05-02T12:00:00.000Z'],
      ['11:05', '2026-05-04T11:05:00.000Z'],
      [' 9:05:07.25 ', '2026-05-04T09:05:07.250Z'],
      ['12:30', '2026-05-03T12:30:00.000Z'],
      ['2026-05-01', '2026-05-01T00:00:00.000Z'],
      ['2026-05-01 14:05', '2026-05-01T14:05:00.000Z'],
      ['2026-05-01T14:05:06.007Z', '2026-05-01T14:05:06.007Z'],
    ] as const)
      assert.equal(at(words), point, words);
  });

  it('is local where the panel shows local times, unless it says UTC', () => {
    const local = new Date(2026, 4, 1, 14, 5).toISOString();
    assert.equal(at('2026-05-01 14:05', false), local);
    assert.equal(at('2026-05-01 14:05 UTC', false), '2026-05-01T14:05:00.000Z');
  });

  it('is none of anything else', () => {
    for (const words of ['', 'noon', '25:00', '12:60', '10m', '-10', '-m', '12', '2026-05', '2026-05-01 x'])
      assert.equal(at(words), undefined, words);
  });
});

// The filter's own expressions against the browser's, and texts that keep the browser's busy for longer than anybody waits.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ExpressionProblem } from '../../webview/expression-program.ts';
import { LinearExpression } from '../../webview/linear-expression.ts';

const sources = [
  'error', 'ERR', '', 'a|b|cd', '(?:a|b)c', '(foo|bar)baz', '(?<name>x)y', 'a*', 'a+b', 'a?b', 'a{3}', 'a{2,}b', 'a{1,2}c', 'a{0}b',
  '(ab)+c', '(ab){2,3}$', '(a*)*b', '(a|aa)+$', '(?:)*x', '(?:a|)b', 'a+?b', 'a{2}?', '^a', 'a$', '^$', '^abc$', '^^a', '(^a|b)c', '(a|^)b',
  String.raw`\bfoo\b`, String.raw`\Boo`, String.raw`\b`, String.raw`o\B`, String.raw`(?:\b|x)+y`, String.raw`\d+ ms`, String.raw`\D`, String.raw`\w+@\w+`, String.raw`\s\S`, String.raw`\W`,
  '[abc]', '[^abc]', '[a-c]+x', '[^]', '[]', String.raw`[\]a]`, String.raw`[\d.]+`, '[A-Z]{3}', '[^a-z]', '[+*(]', '[-a]', String.raw`[\w-]+\.js`,
  '.', 'a.c', '.*=.*;', String.raw`\.`, String.raw`\x41`, String.raw`\u0041`, String.raw`\t`, String.raw`\n`, String.raw`\/`, String.raw`\-`, String.raw`\0`, String.raw`\cA`,
  'a{', 'a{x}', 'a{,2}', ']', '}', 'x{2,3', 'ä', 'Ä', 'ß', 'ſ', 'K', '[k]', 'é+', '😀', '😀+', 'İ', 'ǆ', '(GET|PUT) /a.*b', 'time(?:d )?out',
]; // prettier-ignore

const texts = [
  '', 'a', 'b', 'ab', 'abc', 'ABC', 'aab', 'aaab', 'aaa', 'ababc', 'abab', 'ac', 'bc', 'aac', 'cd', 'xy', 'y', 'x', 'xxxx', 'xxy',
  'an error here', 'Error', 'foo', 'foo bar', 'a foo.', 'food', 'barbaz', 'fooBAZ', 'took 12 ms', 'me@there', 'a\nb', '\n', 'a\tb', ' a', 'a.c', 'a\nc',
  'key=value;', 'K', 'k', '\u212a', 'ſ', 's', 'S', 'ß', 'ẞ', 'Ä', 'ä', 'éÉ', '😀', '😀😀', 'İ', 'i', 'ǅ', 'ǆ', 'a{', 'a{x}', 'a{,2}', ']', '}', 'x{2,3', '-', '+', '(', '.', '/', '\0', '\x01',
  'GET /a/b', 'put /axxb', 'timed out', 'timeout', 'index.js', '1.2.3', 'oo', 'o',
]; // prettier-ignore

describe('an expression', () => {
  for (const source of sources) {
    it(`/${source}/ finds what the browser's own finds`, () => {
      const [ours, theirs] = [new LinearExpression(source), new RegExp(source, 'i')];
      // Twice: at first each place is found, then it is looked up.
      for (const text of [...texts, ...texts]) assert.equal(ours.test(text), theirs.test(text), JSON.stringify(text));
    });
  }

  it("made by chance finds what the browser's own finds", () => {
    const random = numbersFrom(7);
    for (let round = 0; round < 3000; round += 1) {
      const source = expressionBy(random, 3);
      const [ours, theirs] = [new LinearExpression(source), new RegExp(source, 'i')];
      for (let each = 0; each < 8; each += 1) {
        const text = Array.from({ length: random(7) }, () => 'abAB '.charAt(random(5))).join('');
        assert.equal(ours.test(text), theirs.test(text), `/${source}/ in ${JSON.stringify(text)}`);
      }
    }
  });

  it('has a long line behind it in no time, whatever it is', () => {
    const hostile = [
      ['(a+)+$', 'a'.repeat(5000) + 'b', false],
      ['a*a*a*b', 'a'.repeat(5000), false],
      ['(aa?)*b', 'a'.repeat(5000), false],
      ['(a?a?)+b', 'a'.repeat(5000), false],
      ['(a?){26}a{26}b', 'a'.repeat(5000), false],
      ['(.*a){20}', 'a'.repeat(19) + 'b'.repeat(4000), false],
      ['.*.*=.*;', 'x='.repeat(2500), false],
      ['.*foo.*bar.*baz', 'foobar'.repeat(830), false],
      ['(a|b)*a(a|b){30}c', 'ab'.repeat(2500), false],
      ['(x+x+)+y', 'x'.repeat(4999) + 'y', true],
    ] as const;
    for (const [source, text, found] of hostile) assert.equal(new LinearExpression(source).test(text), found, source);
  });

  it('says why it cannot be used', () => {
    const why = (source: string): string => {
      try {
        void new LinearExpression(source);
      } catch (error) {
        if (error instanceof ExpressionProblem) return error.kind === 'syntax' ? error.message : error.kind;
        throw error;
      }
      return '';
    };
    assert.match(why('('), /Unterminated group|Invalid regular expression/);
    for (const source of ['(?=a)b', '(?!a)b', '(?<=a)b', '(?<!a)b', String.raw`(a)\1`, String.raw`(?<x>a)\k<x>`])
      assert.match(why(source), /^not-in-one-pass$/, source);
    for (const source of ['(a{1000}){1000}', 'a{5000}', 'a{1,600}', '(((a{99}){99}){99})*', 'x'.repeat(1500), '|'.repeat(1900), 'x'.repeat(5000)])
      assert.match(why(source), /^too-large$/, source.slice(0, 40)); // prettier-ignore
    assert.equal(why('a{500}'), '');
  });
});

/** Whole numbers below what is asked for, the same ones for the same seed. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function expressionBy(random: (below: number) => number, depth: number): string {
  const inner = (): string => expressionBy(random, depth - 1);
  const simple = ['a', 'b', '.', '[ab]', '[^a]', String.raw`\w`, 'ab', ''][random(8)] ?? '';
  if (depth === 0) return simple;
  switch (random(7)) {
    case 0:
      return `(?:${inner()}|${inner()})`;
    case 1:
      return `(${inner()})${['*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'][random(7)] ?? ''}`;
    case 2:
      return `${inner()}${['^', '$', String.raw`\b`, String.raw`\B`][random(4)] ?? ''}${inner()}`;
    default:
      return inner() + inner();
  }
}

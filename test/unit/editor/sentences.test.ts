import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sentencesIn } from '../../../scripts/sentences.mjs';
import { toProblem } from '../../../src/aws/aws-problems.ts';
import { problemWithFunctionName } from '../../../src/deploy/function-name.ts';
import { sentenceOf } from '../../../src/editor/failure-words.ts';
import { summarizeResult } from '../../../src/editor/commands/invoke-words.ts';
import { functionFacts } from '../../../src/editor/explorer/function-description.ts';
import { Sentences } from '../../../src/editor/sentences.ts';
import { englishWords, wordsOf } from '../../../src/editor/words.ts';
import { checkPayload } from '../../../src/invoke/check-payload.ts';
import { Problem } from '../../../src/problem.ts';

const file = join(import.meta.dirname, '../../../l10n/bundle.l10n.de.json');
const german = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
const words = wordsOf(german, (text, ...values) => englishWords.t(german[text] ?? text, ...values));

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test('what the rooms below say is shown in the language of the editor, with what they put in', () => {
  const tooLarge = thrownBy(() => checkPayload(JSON.stringify('x'.repeat(1_100_000)), 'async'));
  assert.match(sentenceOf(tooLarge, words), /^Die Nutzdaten haben 1100002 Bytes; .* nimmt 1048576\. Übergeben Sie/);
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const unreachable = toProblem(refused, { label: 'x', endpoint: 'http://127.0.0.1:9' });
  assert.equal(
    sentenceOf(unreachable, words),
    'An http://127.0.0.1:9 antwortet nichts (ECONNREFUSED). Prüfen Sie, ob es läuft, oder wählen Sie ein anderes Ziel.',
  );
  assert.equal(words.sentence(problemWithFunctionName('a b') ?? ''), german['Use letters, digits, hyphens and underscores only.']); // prettier-ignore
  assert.equal(sentenceOf(new Error('boom.'), words), 'Etwas Unerwartetes ist schiefgegangen: boom. Die Einzelheiten stehen in der Ausgabe „Lambda“.'); // prettier-ignore
});

test('a sentence within a sentence is found too, and sentences that stand together', () => {
  const sentences = new Sentences({
    'It failed with this: {0}': 'Damit ging es schief: {0}',
    'There is no folder {0}. Check the path.': 'Es gibt keinen Ordner {0}. Prüfen Sie den Pfad.',
    'Waiting for the first log line in {0}': 'Warten auf {0}',
    'Asked every second.': 'Jede Sekunde gefragt.',
  });
  assert.equal(sentences.of('It failed with this: There is no folder /a b. Check the path.'), 'Damit ging es schief: Es gibt keinen Ordner /a b. Prüfen Sie den Pfad.'); // prettier-ignore
  assert.equal(sentences.of('Asked every second. Waiting for the first log line in g'), 'Jede Sekunde gefragt. Warten auf g'); // prettier-ignore
  assert.equal(sentences.of('Nothing of the kind.'), 'Nothing of the kind.');
});

test('of several shapes the one that says most decides, and what says next to nothing fits nothing', () => {
  const sentences = new Sentences({ '{0} ({1})': 'falsch', '{0} is wrong: {1}': 'A {0} {1}', '{0} is wrong: {1} Correct it.': 'B {0} {1}' }); // prettier-ignore
  assert.equal(sentences.of('x (y)'), 'x (y)');
  assert.equal(sentences.of('a is wrong: b Correct it.'), 'B a b');
});

test('values that look like expressions or placeholders stay what they are', () => {
  const sentences = new Sentences({ 'There is no folder {0}. Look there: {1}': '{1} ohne {0}' });
  assert.equal(sentences.of('There is no folder (.*)$1. Look there: {0}'), '{0} ohne (.*)$1');
});

test('a long text that is no sentence of ours is told to be none at once', () => {
  const long = 'x and y differ and z (1) is wrong: '.repeat(30_000);
  assert.equal(words.sentence(long), long);
});

test('without a bundle all is English, and every word of the editor has its own function to say it', () => {
  const { sentence } = wordsOf(undefined, (text) => `?${text}`);
  assert.equal(sentence('The packaging was ended.'), 'The packaging was ended.');
  assert.equal(sentenceOf(new Problem('X', 'The packaging was ended.'), words), 'Das Packen wurde beendet.');
  const result = { mode: 'async', statusCode: 202, requestId: 'r', elapsedMs: 1 } as const;
  assert.equal(summarizeResult('f', result, words), 'f: 202 · eingereiht');
  const summary = { name: 'f', arn: '', codeSize: 1, memorySizeMB: 128, runtime: undefined, timeoutSeconds: undefined, lastModified: undefined, state: undefined, version: undefined, architecture: undefined, ephemeralStorageMB: undefined }; // prettier-ignore
  assert.deepEqual(functionFacts(summary, 'Local Lambda', words), [['Ziel', 'Local Lambda'], ['Codegröße', '1 B'], ['Speicher', '128 MB']]); // prettier-ignore
});

test('sentences are found in code: templates with their places, nested ones, and none in comments or expressions', () => {
  const code = `
    // This is no sentence of ours.
    const a = /['"\`] it is none./;
    throw new Problem('Code', \`The file \${name(\`x\${1}\`)} is \${b ? 'c' : "d"} here.\`);
    onProgress({ message: 'Zipping' });
    const reasons: Record<string, string> = { never: 'never ships' };
    const key = 'not.a.sentence';
    warn('It\\'s said, too.');`;
  assert.deepEqual(sentencesIn(code), ['The file {0} is {1} here.', 'Zipping', "It's said, too.", 'never ships']);
});

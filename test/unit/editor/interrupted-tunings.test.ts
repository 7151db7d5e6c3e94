import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { test } from 'node:test';
import type { InterruptedTuningsOptions } from '../../../src/editor/tuning/interrupted-tunings.ts';
import { Problem } from '../../../src/problem.ts';
import type { TuningNote } from '../../../src/tune/tuning-journal.ts';

/** As much of VS Code as a warning with a button needs: `answers` are what the user chooses, in their order. */
const source = `
  export const answers = [];
  export const warnings = [];
  export const errors = [];
  export const l10n = { t: (text, ...values) => text.replaceAll(/\\{(\\d+)\\}/g, (_, at) => values[at]) };
  export const ProgressLocation = {};
  export const workspace = { isTrusted: true };
  export const window = {
    showWarningMessage: async (text) => (warnings.push(text), answers.shift()),
    showErrorMessage: async (text) => void errors.push(text),
    withProgress: (_options, task) => task({ report: () => {} }, { onCancellationRequested: () => ({ dispose: () => {} }) }),
  };`;

interface Seen {
  readonly answers: (string | undefined)[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

const note = (functionName: string): TuningNote => ({
  id: functionName,
  pid: 1,
  startedAt: 1,
  target: { label: 'AWS · work', profile: 'work' },
  functionName,
  memorySizeMB: 512,
  tried: [128],
});

test('each tuning that was interrupted is told of, and put back where the user says so, on its own target', async () => {
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode' ? { url, shortCircuit: true } : next(specifier, context),
  });
  const { offerToPutBack } = await import('../../../src/editor/tuning/interrupted-tunings.ts');
  const seen = (await import(url)) as Seen;
  hooks.deregister();
  const put: unknown[] = [];
  const said: string[] = [];
  const options = {
    pipeline: {
      interruptedTunings: () => Promise.resolve([note('one'), note('two'), note('three')]),
      putTuningBack: ({ target, note: { functionName } }) => {
        if (functionName === 'three') return Promise.reject(new Problem('TuningNotPutBack', 'It cannot be reached.'));
        put.push([functionName, target]);
        return Promise.resolve();
      },
    },
    targets: { resolveNoted: (noted) => Promise.resolve({ label: noted.label, profile: noted.profile ?? '' }) },
    tree: { refresh: () => void put.push('refreshed') },
    output: { appendLine: (line) => void said.push(line) },
  } satisfies {
    pipeline: InterruptedTuningsOptions['pipeline'];
    targets: Pick<InterruptedTuningsOptions['targets'], 'resolveNoted'>;
    tree: Pick<InterruptedTuningsOptions['tree'], 'refresh'>;
    output: Pick<InterruptedTuningsOptions['output'], 'appendLine'>;
  };
  seen.answers.push('Put Back', undefined, 'Put Back');
  await offerToPutBack(options as unknown as InterruptedTuningsOptions); // no more of these is used
  assert.match(seen.warnings[0] ?? '', /^A memory tuning of one on AWS · work did not come to its end\. .* its 512 MB/);
  assert.equal(seen.warnings.length, 3);
  assert.deepEqual(put, [['one', { label: 'AWS · work', profile: 'work' }], 'refreshed']);
  assert.deepEqual(seen.errors, ['It cannot be reached.']);
  assert.match(said.join('\n'), /TuningNotPutBack/);
});

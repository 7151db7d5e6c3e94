import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '../..');

interface Import {
  readonly from: string;
  /** A path from the repository's root, or a package's name. */
  readonly to: string;
  readonly typeOnly: boolean;
}

/** What a room's files may import. `types`: only with `import type`. */
interface Rule {
  readonly values: readonly string[];
  readonly types?: readonly string[];
}

const sentenceTypes = ['src/pipeline.ts', 'src/package/', 'src/deploy/', 'src/invoke/', 'src/observe/', 'src/tune/', 'src/aws/']; // prettier-ignore
/** Node and the packages that end up in the host's bundle. */
const hostPackages = [
  'node:',
  '@aws-sdk/',
  '@smithy/',
  'ajv',
  'yaml',
  'archiver',
  'esbuild',
  'ignore',
  'jsonc-parser',
  'libdeflate',
  'smol-toml',
  'yauzl',
  'zip-stream',
];
const surface: Rule = {
  values: [
    'src/pipeline.ts',
    'src/problem.ts',
    'src/engine/launch.ts',
    // Pure: they reach nothing themselves. The one holds what the pipeline delivered, the other says what a function may be called.
    'src/observe/log-model.ts',
    'src/observe/export-log.ts',
    'src/observe/follow-limit.ts',
    'src/observe/cost.ts',
    'src/observe/tuning-estimate.ts',
    'src/observe/tuning-sizes.ts',
    'src/deploy/function-name.ts',
    'src/package/bytes-in-words.ts',
    'node:',
  ],
  types: sentenceTypes,
};

/** The first prefix that fits a file decides. What stands in no rule has no room in the house. */
const rules: readonly (readonly [string, Rule])[] = [
  ['src/extension.ts', { values: ['src/editor/', ...surface.values, 'vscode'], types: sentenceTypes }],
  [
    'src/editor/',
    {
      values: ['src/editor/', 'src/protocol/', ...surface.values, 'd3-hierarchy', 'vscode'],
      types: sentenceTypes,
    },
  ],
  ['src/cli/', { values: ['src/cli/', 'package.json', ...surface.values], types: sentenceTypes }],
  [
    'src/pipeline.ts',
    {
      values: ['src/package/', 'src/deploy/', 'src/invoke/', 'src/observe/', 'src/tune/', 'src/aws/', 'src/problem.ts'],
    },
  ],
  [
    'src/package/',
    { values: ['src/package/', 'src/problem.ts', 'media/lambda.schema.json', ...hostPackages], types: sentenceTypes },
  ],
  ['src/deploy/', { values: ['src/deploy/', 'src/aws/', 'src/problem.ts', ...hostPackages], types: sentenceTypes }],
  [
    'src/invoke/',
    { values: ['src/invoke/', 'src/observe/', 'src/aws/', 'src/problem.ts', ...hostPackages], types: sentenceTypes },
  ],
  ['src/observe/', { values: ['src/observe/', 'src/aws/', 'src/problem.ts', ...hostPackages], types: sentenceTypes }],
  [
    'src/tune/',
    {
      values: ['src/tune/', 'src/deploy/settle.ts', 'src/invoke/', 'src/observe/', 'src/aws/', 'src/problem.ts', ...hostPackages], // prettier-ignore
      types: sentenceTypes,
    },
  ],
  ['src/aws/', { values: ['src/aws/', 'src/problem.ts', ...hostPackages], types: sentenceTypes }],
  ['src/engine/', { values: ['src/engine/', 'src/problem.ts', ...hostPackages] }],
  ['src/protocol/', { values: ['src/protocol/'], types: ['src/observe/'] }],
  ['src/problem.ts', { values: [] }],
  [
    'webview/',
    {
      // Quantile and cost are plain arithmetic, and the same on both sides.
      values: [
        'webview/',
        'src/protocol/',
        'src/observe/quantile.ts',
        'src/observe/cost.ts',
        'src/observe/tuning-estimate.ts',
        'src/observe/tuning-sizes.ts',
        'lit',
        'uplot',
        '@vscode/webview-ui-toolkit',
      ],
      types: ['src/observe/'],
    },
  ],
];

const files = [...typescriptFilesIn('src'), ...typescriptFilesIn('webview')];

test('every import is one that the rule of its room allows', () => {
  const broken = files.flatMap((file) => importsOf(file, read(file))).filter((found) => !isAllowed(found));
  assert.deepEqual(broken, []);
});

test('the walk sees static, type-only, dynamic and side-effect imports', () => {
  const source = `
    import { a } from './a.ts';
    import type { B } from '../aws/b.ts';
    import * as vscode from 'vscode';
    export { c } from 'node:fs';
    import './side-effect.ts';
    const lazy = await import('../engine/d.ts');
    type T = import('../engine/e.ts').T;
    import {
      many,
    } from 'many';
  `;
  assert.deepEqual(
    importsOf('src/deploy/x.ts', source)
      .map(({ to, typeOnly }) => `${typeOnly ? 'type ' : ''}${to}`)
      .sort(),
    [
      'many',
      'node:fs',
      'src/deploy/a.ts',
      'src/deploy/side-effect.ts',
      'src/engine/d.ts',
      'type src/aws/b.ts',
      'type src/engine/e.ts',
      'vscode',
    ],
  );
});

test('what the house forbids is refused', () => {
  const forbidden: Import[] = [
    { from: 'src/deploy/apply.ts', to: 'vscode', typeOnly: true },
    { from: 'src/deploy/apply.ts', to: 'src/engine/launch.ts', typeOnly: false },
    { from: 'src/engine/engine.ts', to: 'src/aws/target.ts', typeOnly: true },
    { from: 'src/editor/commands/invoke.ts', to: 'src/engine/engine.ts', typeOnly: false },
    { from: 'src/editor/commands/invoke.ts', to: 'src/aws/clients.ts', typeOnly: false },
    { from: 'src/cli/main.ts', to: 'src/observe/follow-logs.ts', typeOnly: false },
    { from: 'src/protocol/panel.ts', to: 'src/observe/log-model.ts', typeOnly: false },
    { from: 'webview/panel.ts', to: 'node:fs', typeOnly: false },
    { from: 'webview/panel.ts', to: 'vscode', typeOnly: true },
    { from: 'src/helpers/x.ts', to: 'node:fs', typeOnly: false },
  ];
  assert.deepEqual(forbidden.filter(isAllowed), []);
});

test('no file is a drawer for everything, none has a default export, none is longer than 300 lines', () => {
  for (const file of files) {
    assert.doesNotMatch(file, /(^|\/|-)(utils?|helpers?|common|managers?|index)(\/|\.ts$|-)/, file);
    assert.match(basename(file), /^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/, `${file} is not kebab-case`);
    const source = read(file);
    assert.doesNotMatch(source, /^export default /m, file);
    const lines = source.trimEnd().split('\n').length;
    assert.ok(lines <= 300, `${file} has ${lines} lines`);
  }
});

test('extension.ts only wires', () => {
  assert.ok(read('src/extension.ts').trimEnd().split('\n').length < 80);
});

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const rule = rules.find(([room]) => from.startsWith(room))?.[1];
  if (rule === undefined) return false;
  return [...rule.values, ...(typeOnly ? (rule.types ?? []) : [])].some((prefix) => covers(prefix, to));
}

/** `node:` and rooms cover what they begin; a package covers itself and what lies in it. */
function covers(prefix: string, to: string): boolean {
  if (/[/:]$/.test(prefix)) return to.startsWith(prefix);
  return to === prefix || to.startsWith(`${prefix}/`);
}

function importsOf(file: string, source: string): Import[] {
  const code = source.replaceAll(/^\s*(\/\*[\s\S]*?\*\/|\/\/.*$)/gm, '');
  const patterns: { pattern: RegExp; typeOnly: (match: string) => boolean }[] = [
    {
      pattern: /(?:^|[;\n])\s*(?:import|export)\s[^'"`;()=]*?\sfrom\s*['"]([^'"]+)['"]/g,
      typeOnly: (match) => /^[;\s]*(import|export)\s+type\s/.test(match),
    },
    { pattern: /(?:^|[;\n])\s*import\s*['"]([^'"]+)['"]/g, typeOnly: () => false },
    { pattern: /(?:=|typeof|:|<|\|)\s*import\(\s*['"]([^'"]+)['"]\s*\)(?=\.[A-Z]|\[)/g, typeOnly: () => true },
    { pattern: /import\(\s*['"]([^'"]+)['"]\s*\)(?!\.[A-Z]|\[)/g, typeOnly: () => false },
  ];
  return patterns.flatMap(({ pattern, typeOnly }) =>
    [...code.matchAll(pattern)].map((match) => {
      const to = match[1] ?? '';
      const path = to.startsWith('.') ? posix.join(dirname(file), to) : to;
      return { from: file, to: path, typeOnly: typeOnly(match[0]) };
    }),
  );
}

/** Runtime bootstraps run inside the functions' own processes and follow those runtimes' rules. */
function typescriptFilesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => !name.startsWith('src/engine/runtimes/'))
    .sort();
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

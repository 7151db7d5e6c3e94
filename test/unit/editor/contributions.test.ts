import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandIds } from '../../../src/editor/commands/command-ids.ts';
import {
  functionItemContext,
  functionsViewId,
  panelViewType,
  payloadDraftsContextKey,
  queryViewType,
  tuningViewType,
} from '../../../src/editor/contribution-ids.ts';
import { defaultMaximumLines, settingKeys, settingsSection } from '../../../src/editor/setting-keys.ts';
import rawManifest from '../../../package.json' with { type: 'json' };
import words from '../../../package.nls.json' with { type: 'json' };

/** As VS Code shows it, in English. */
const manifest: typeof rawManifest = JSON.parse(
  JSON.stringify(rawManifest).replaceAll(/"%([\w.]+)%"/g, (_, key: string) => JSON.stringify(Reflect.get(words, key))),
) as typeof rawManifest; // the same, with words in place of keys
const { contributes } = manifest;
const root = join(import.meta.dirname, '../../..');
const menuItems = Object.entries(contributes.menus).flatMap(([menu, items]) =>
  items.map((item) => ({ menu, ...item })),
);

test('the manifest contributes exactly the commands of the command table', () => {
  assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), [...commandIds].sort());
  for (const { command, title, category } of contributes.commands) {
    assert.equal(category, 'Lambda', command);
    assert.notEqual(title.trim(), '', command);
  }
});

test('every menu item names a command that exists and is hidden where the workspace is not trusted', () => {
  const known = new Set<string>(commandIds);
  for (const { menu, command, when } of menuItems) {
    assert.ok(known.has(command), `${menu}: ${command}`);
    assert.ok(when === 'false' || when.split(' && ').includes('isWorkspaceTrusted'), `${menu}: ${command}: ${when}`);
  }
});

test('the palette says for every command when it is offered', () => {
  assert.deepEqual(contributes.menus.commandPalette.map(({ command }) => command).sort(), [...commandIds].sort());
});

test('"Deploy as Lambda" and "Preview Package" stand in the context menu of folders on disk', () => {
  const when = 'explorerResourceIsFolder && resourceScheme =~ /^(file|vscode-remote)$/ && isWorkspaceTrusted';
  assert.deepEqual(
    contributes.menus['explorer/context'].map((entry) => [entry.command, entry.when]),
    [
      ['lambdaWorkbench.deployAsLambda', when],
      ['lambdaWorkbench.previewPackage', when],
    ],
  );
  const title = contributes.commands.find(({ command }) => command === 'lambdaWorkbench.deployAsLambda')?.title;
  assert.equal(title, 'Deploy as Lambda');
});

test('menus match the ids that the code gives to view, tree items and payload editors', () => {
  for (const { when } of contributes.menus['view/item/context']) {
    assert.match(when, new RegExp(`^view == ${functionsViewId} && viewItem == ${functionItemContext} &&`));
  }
  for (const { when } of contributes.menus['view/title'])
    assert.match(when, new RegExp(`^view == ${functionsViewId} &&`));
  for (const { when } of contributes.menus['editor/title']) {
    assert.match(when, new RegExp(`^resource in ${payloadDraftsContextKey} &&`));
  }
});

test('the view sits in its own container and welcomes in trusted and in untrusted workspaces', () => {
  const containers = contributes.viewsContainers.activitybar.map(({ id }) => id);
  assert.deepEqual(Object.keys(contributes.views), containers);
  assert.deepEqual(
    contributes.views.lambdaWorkbench.map(({ id }) => id),
    [functionsViewId],
  );
  assert.deepEqual(
    contributes.viewsWelcome.map(({ view, when }) => [view, when]),
    [
      [functionsViewId, 'isWorkspaceTrusted'],
      [functionsViewId, '!isWorkspaceTrusted'],
    ],
  );
});

test('every command that a text of the manifest links to exists', () => {
  const texts = [
    ...contributes.viewsWelcome.map(({ contents }) => contents),
    ...contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ description, completionEvents }) => [description, ...completionEvents]),
    ),
  ].join('\n');
  const linked = [...texts.matchAll(/ommand:(lambdaWorkbench\.\w+)/g)].map(([, command]) => command);
  assert.ok(linked.length > 0);
  const known = new Set<string | undefined>(commandIds);
  assert.deepEqual(
    linked.filter((command) => !known.has(command)),
    [],
  );
});

test('the manifest contributes exactly the settings that the configuration reader reads', () => {
  const read = Object.values(settingKeys).map((key) => `${settingsSection}.${key}`);
  const { properties } = contributes.configuration;
  assert.deepEqual(Object.keys(properties).sort(), read.sort());
  assert.equal(properties['lambdaWorkbench.panel.maximumLines'].default, defaultMaximumLines);
  assert.equal(properties['lambdaWorkbench.local.dataDirectory'].scope, 'machine');
});

test('no setting that decides what is deployed is taken from an untrusted workspace', () => {
  const { untrustedWorkspaces } = manifest.capabilities;
  assert.equal(untrustedWorkspaces.supported, 'limited');
  const deciding = Object.keys(contributes.configuration.properties).filter((key) => !key.includes('.panel.'));
  assert.deepEqual([...untrustedWorkspaces.restrictedConfigurations].sort(), deciding.sort());
});

test('a restored panel activates the extension', () => {
  assert.deepEqual(
    manifest.activationEvents,
    [panelViewType, queryViewType, tuningViewType].map((type) => `onWebviewPanel:${type}`),
  );
});

test('every picture and page that the manifest names is there', () => {
  const files = [
    manifest.icon,
    ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
    ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
  ];
  assert.deepEqual(
    files.filter((file) => !existsSync(join(root, file))),
    [],
  );
});

test('the code reads settings and names commands nowhere but in the two lists', () => {
  const folder = join(root, 'src/editor');
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )) {
    const source = readFileSync(join(folder, file), 'utf8');
    if (file !== 'configuration.ts') assert.doesNotMatch(source, /getConfiguration\(/, file);
    for (const [, id] of source.matchAll(/executeCommand\(\s*'(lambdaWorkbench\.\w+)'/g)) {
      assert.fail(`${file} names ${id} without the type CommandId to hold it to the list`);
    }
  }
});

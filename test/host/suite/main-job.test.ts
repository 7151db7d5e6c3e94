import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { PackagePreview } from '../../../src/package/explain.ts';
import type { DeployResult, InvokeResult } from '../../../src/pipeline.ts';

const functionName = 'hello-node';

/** The sentence package → deploy → invoke, through the commands as another extension or a keybinding calls them. */
describe('a folder of the workspace, through the commands', () => {
  let folder: vscode.Uri;

  before(() => {
    const workspace = vscode.workspace.workspaceFolders?.[0];
    assert.ok(workspace, 'no folder is open');
    folder = vscode.Uri.joinPath(workspace.uri, functionName);
  });

  it('deploys', async () => {
    const result = await vscode.commands.executeCommand<DeployResult>('lambdaWorkbench.deployFolder', folder);
    assert.equal(result.action, 'created');
    assert.match(result.functionArn, /:hello-node$/);
  });

  it('uploads nothing when nothing has changed', async () => {
    const result = await vscode.commands.executeCommand<DeployResult>('lambdaWorkbench.deployFolder', folder);
    assert.equal(result.action, 'unchanged');
  });

  it('runs cold first, then warm', async () => {
    const first = await invoke();
    assert.equal(first.statusCode, 200);
    assert.equal(first.functionError, undefined);
    assert.equal(first.timing?.coldStart, true);
    const second = await invoke();
    assert.equal(second.statusCode, 200);
    assert.equal(second.timing?.coldStart, false);
    assert.notEqual(second.requestId, first.requestId);
  });

  it('is still there after the explorer is refreshed', async () => {
    await vscode.commands.executeCommand('lambdaWorkbench.refreshExplorer');
    assert.equal((await invoke()).statusCode, 200);
  });

  it('runs what was just saved, where the setting says so', async () => {
    const configuration = vscode.workspace.getConfiguration('lambdaWorkbench');
    await configuration.update('deploy.onSave', true, vscode.ConfigurationTarget.Global);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, 'index.mjs'));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.lineAt(document.lineCount - 1).range.end, "\nconsole.log('just saved');\n");
    await vscode.workspace.applyEdit(edit);
    assert.equal(await document.save(), true);
    // Each invocation takes its time, and Mocha's limit ends what never comes true.
    while (!(await invoke()).logTail?.includes('just saved'));
    await configuration.update('deploy.onSave', undefined, vscode.ConfigurationTarget.Global);
  });

  it('tells what a folder of many files would ship, from a thread', async () => {
    const many = vscode.Uri.joinPath(folder, '..', 'many-files');
    const write = (name: string, content: string): Thenable<void> =>
      vscode.workspace.fs.writeFile(vscode.Uri.joinPath(many, name), Buffer.from(content));
    await write('index.mjs', 'export const handler = async () => 1;');
    for (let number = 0; number < 300; number += 1) await write(`data/${number}.txt`, `${number} `.repeat(1000));
    const preview = await vscode.commands.executeCommand<PackagePreview>('lambdaWorkbench.previewPackage', many);
    assert.deepEqual(
      preview.parts.map(({ name, files }) => [name, files]),
      [
        ['data/', 300],
        ['index.mjs', 1],
      ],
    );
    await tabOpened('Package of many-files');
    assert.match(preview.text, /unzipped of 250 MB/);
    await vscode.workspace.fs.delete(many, { recursive: true });
  });

  it('is followed with another function in one tab, which is the same for the same functions', async () => {
    const other = 'other-node';
    const deployed = { functionName: other, confirmed: true };
    await vscode.commands.executeCommand('lambdaWorkbench.deployFolder', folder, deployed);
    const show = (...names: string[]): Thenable<void> =>
      vscode.commands.executeCommand('lambdaWorkbench.showLogsOfSeveral', { functionNames: names });
    await show(functionName, other);
    await tabOpened(`Logs: ${functionName}, ${other}`);
    const before = tabs().length;
    await show(other, functionName);
    // What the view's menu passes: the item, and all that is selected.
    const items = [{ functionName: other }, { functionName }];
    await vscode.commands.executeCommand('lambdaWorkbench.showLogsOfSeveral', items[0], items);
    assert.equal(tabs().length, before);
    await vscode.commands.executeCommand('lambdaWorkbench.deleteFunction', deployed);
  });

  it('has its invocation shown by the request id alone, and in hovers and links of documents', async () => {
    const { requestId } = await invoke();
    await vscode.window.tabGroups.close(tabs().filter(({ label }) => label.startsWith('Logs: ')));
    assert.equal(await vscode.commands.executeCommand('lambdaWorkbench.showInvocation', { requestId }), requestId);
    await tabOpened(`Logs: ${functionName}`);
    const document = await vscode.workspace.openTextDocument({ content: `It was ${requestId}.\nAnd x.` });
    const at = new vscode.Position(0, 12);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      at,
    );
    const words = hovers.flatMap(({ contents }) =>
      contents.map((each) => (typeof each === 'string' ? each : each.value)),
    );
    assert.ok(
      words.some((each) => each.includes('command:lambdaWorkbench.showInvocation') && each.includes(requestId)),
      words.join(),
    );
  });

  it('opens a page to query its log', async () => {
    await vscode.commands.executeCommand('lambdaWorkbench.queryLogs', { functionName });
    await tabOpened(`Query: ${functionName}`);
  });

  it('is deleted, and deployed anew afterwards', async () => {
    await vscode.commands.executeCommand('lambdaWorkbench.deleteFunction', { functionName, confirmed: true });
    const result = await vscode.commands.executeCommand<DeployResult>('lambdaWorkbench.deployFolder', folder);
    assert.equal(result.action, 'created');
    await vscode.commands.executeCommand('lambdaWorkbench.deleteFunction', { functionName, confirmed: true });
  });
});

async function invoke(): Promise<InvokeResult> {
  const payload = JSON.stringify({ name: 'host tests' });
  return vscode.commands.executeCommand<InvokeResult>('lambdaWorkbench.invoke', { functionName, payload });
}

const tabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

/** Resolves when a tab of that name is there; the editor tells of a new one a moment after it was made. */
async function tabOpened(label: string): Promise<void> {
  const { tabGroups } = vscode.window;
  const isThere = (): boolean => tabs().some((tab) => tab.label === label);
  if (isThere()) return;
  await new Promise<void>((resolve) => {
    const listening = tabGroups.onDidChangeTabs(() => {
      if (!isThere()) return;
      listening.dispose();
      resolve();
    });
  });
}

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

const id = 'lambda-workbench.lambda-workbench';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  assert.ok(found, `${id} is not installed`);
  return found;
}

describe('the extension', () => {
  it('activates', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command of its manifest', async () => {
    await extension().activate();
    // packageJSON is typed `any`: it is our own package.json.
    const manifest = extension().packageJSON as Manifest;
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands
      .map((each) => each.command)
      .filter((command) => !registered.has(command));
    assert.ok(manifest.contributes.commands.length > 0);
    assert.deepEqual(missing, []);
  });
});

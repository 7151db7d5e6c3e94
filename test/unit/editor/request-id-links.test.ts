import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { test } from 'node:test';
import type { TerminalLink, TerminalLinkContext } from 'vscode';

const known = '0a1b2c3d-0a1b-4c3d-8e4f-0a1b2c3d4e5f';
const unknown = '11111111-2222-4333-8444-555555555555';

/** As much of VS Code as links in a terminal need: it holds what was registered, and what was executed. */
const source = `
  export const registered = [];
  export const executed = [];
  export const l10n = { t: (text) => text };
  export class Disposable { static from() { return new Disposable(); } dispose() {} }
  export const window = { registerTerminalLinkProvider: (provider) => registered.push(provider) };
  export const languages = { registerHoverProvider: () => {}, registerDocumentLinkProvider: () => {} };
  export const commands = { executeCommand: async (...args) => void executed.push(args) };`;

interface Provider {
  provideTerminalLinks(context: Pick<TerminalLinkContext, 'line'>): Promise<TerminalLink[]>;
  handleTerminalLink(link: TerminalLink): Promise<void>;
}

async function registeredProvider(): Promise<{ readonly provider: Provider; readonly executed: readonly unknown[] }> {
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode' ? { url, shortCircuit: true } : next(specifier, context),
  });
  const { RequestIdLinks } = await import('../../../src/editor/request-ids/request-id-links.ts');
  const { registered, executed } = (await import(url)) as { registered: Provider[]; executed: unknown[] };
  hooks.deregister();
  new RequestIdLinks({ knows: (requestId) => Promise.resolve(requestId === known) }).register();
  const [provider] = registered;
  assert.ok(provider);
  return { provider, executed };
}

test('a request id in a terminal is a link where it is said to be one or is known, and leads to its invocation', async () => {
  const { provider, executed } = await registeredProvider();
  const linksOf = async (line: string) =>
    (await provider.provideTerminalLinks({ line })).map(({ startIndex, length }) => line.slice(startIndex, startIndex + length)); // prettier-ignore
  assert.deepEqual(await linksOf(`REPORT RequestId: ${unknown} Duration: 2 ms`), [unknown]);
  assert.deepEqual(await linksOf(`copied ${known}, ${unknown} and ${known}`), [known, known]);
  assert.deepEqual(await linksOf('$ npm test'), []);
  const [link] = await provider.provideTerminalLinks({ line: `it was ${known}` });
  assert.ok(link);
  assert.match(link.tooltip ?? '', /invocation/);
  await provider.handleTerminalLink(link);
  assert.deepEqual(executed, [['lambdaWorkbench.showInvocation', { requestId: known }]]);
});

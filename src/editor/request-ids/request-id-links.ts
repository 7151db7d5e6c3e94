import * as vscode from 'vscode';
import type { CommandId } from '../commands/command-ids.ts';
import type { InvocationFinder } from './invocation-finder.ts';
import { linkedRequestIds, requestIdsIn, type FoundRequestId } from './request-ids-in-text.ts';

const command: CommandId = 'lambdaWorkbench.showInvocation';
const tooltip = vscode.l10n.t('Show this invocation in its log panel');

interface RequestIdLink extends vscode.TerminalLink {
  readonly requestId: string;
}

/** Request ids in terminals are links, in documents they have a hover, and in output channels both: they lead to the invocation. */
export class RequestIdLinks
  implements vscode.TerminalLinkProvider<RequestIdLink>, vscode.HoverProvider, vscode.DocumentLinkProvider
{
  readonly #finder: Pick<InvocationFinder, 'knows'>;

  constructor(finder: Pick<InvocationFinder, 'knows'>) {
    this.#finder = finder;
  }

  register(): vscode.Disposable {
    const schemes = ['file', 'untitled', 'output', 'vscode-remote'].map((scheme) => ({ scheme }));
    return vscode.Disposable.from(
      vscode.window.registerTerminalLinkProvider(this),
      vscode.languages.registerHoverProvider(schemes, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: 'output' }, this),
    );
  }

  async provideTerminalLinks({ line }: vscode.TerminalLinkContext): Promise<RequestIdLink[]> {
    const found = await this.#linked(line);
    return found.map(({ requestId, start }) => ({ requestId, startIndex: start, length: requestId.length, tooltip }));
  }

  async handleTerminalLink({ requestId }: RequestIdLink): Promise<void> {
    await vscode.commands.executeCommand(command, { requestId });
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const found = await this.#linked(document.lineAt(position).text);
    const under = found.find(
      ({ requestId, start }) => start <= position.character && position.character <= start + requestId.length,
    );
    if (!under) return undefined;
    const words = new vscode.MarkdownString(
      `[${vscode.l10n.t('Show this invocation')}](${commandUri(under.requestId)})`,
    );
    // Nothing of the document is in it but the id, which is hexadecimal.
    words.isTrusted = { enabledCommands: [command] };
    return new vscode.Hover(words, rangeOf(position.line, under));
  }

  /** Of an output channel, those that are said to be request ids: a channel may have very many lines. */
  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return Array.from({ length: document.lineCount }, (_, line) =>
      requestIdsIn(document.lineAt(line).text)
        .filter(({ isSaid }) => isSaid)
        .map((found) => {
          const link = new vscode.DocumentLink(rangeOf(line, found), vscode.Uri.parse(commandUri(found.requestId)));
          link.tooltip = tooltip;
          return link;
        }),
    ).flat();
  }

  #linked(line: string): Promise<FoundRequestId[]> {
    return linkedRequestIds(line, (requestId) => this.#finder.knows(requestId));
  }
}

const rangeOf = (line: number, { start, requestId }: FoundRequestId): vscode.Range =>
  new vscode.Range(line, start, line, start + requestId.length);

const commandUri = (requestId: string): string =>
  `command:${command}?${encodeURIComponent(JSON.stringify([{ requestId }]))}`;

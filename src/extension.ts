import * as vscode from 'vscode';
import type { CommandContext } from './editor/commands/command-context.ts';
import { DeployedFolders } from './editor/commands/deployed-folders.ts';
import { LastPayloads } from './editor/commands/last-payloads.ts';
import { PayloadDrafts } from './editor/commands/payload-drafts.ts';
import { showFailure } from './editor/commands/run-command.ts';
import { registerCommands } from './editor/commands/table.ts';
import { LocalLambda } from './editor/connection/local-lambda.ts';
import { TargetSelection } from './editor/connection/target-selection.ts';
import { createTargetStatus } from './editor/connection/target-status.ts';
import { FunctionTree } from './editor/explorer/function-tree.ts';
import { FunctionConfigurations } from './editor/panel/function-configurations.ts';
import { KeptTimings } from './editor/panel/kept-timings.ts';
import { LogPanels } from './editor/panel/log-panels.ts';
import { detailsOf } from './editor/failure-words.ts';
import { PackagePreviews } from './editor/preview/package-previews.ts';
import { QueryPages } from './editor/query/query-pages.ts';
import { SavedQueries } from './editor/query/saved-queries.ts';
import { RedeployOnSave } from './editor/redeploy-on-save.ts';
import { InvocationFinder } from './editor/request-ids/invocation-finder.ts';
import { RequestIdLinks } from './editor/request-ids/request-id-links.ts';
import { createPipeline } from './pipeline.ts';

/** Builds the parts, registers them, returns. A failure is shown: without it the user would only see commands missing. */
export function activate(extension: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('Lambda');
  extension.subscriptions.push(output);
  try {
    register(extension, output);
  } catch (error) {
    showFailure(output, error);
    throw error;
  }
}

function register(
  { subscriptions, extensionUri, workspaceState, globalState, globalStorageUri }: vscode.ExtensionContext,
  output: vscode.OutputChannel,
): void {
  const pipeline = createPipeline({ packageInThread: true });
  const local = new LocalLambda(vscode.Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath);
  const targets = new TargetSelection(workspaceState, local);
  const tree = new FunctionTree({ pipeline, targets, local, output });
  const timings = new KeptTimings({
    pipeline,
    file: vscode.Uri.joinPath(globalStorageUri, 'timings.sqlite').fsPath,
    onError: (error) => output.appendLine(detailsOf(error)),
  });
  const configurations = new FunctionConfigurations({ pipeline, targets, timings });
  const folders = new DeployedFolders(workspaceState);
  const panels = new LogPanels({ extensionUri, pipeline, targets, local, timings, configurations, folders, output });
  const invocations = new InvocationFinder({ pipeline, targets, tree, timings, panels });
  const saved = new SavedQueries(globalState);
  const queries = new QueryPages({ extensionUri, pipeline, targets, saved, panels, invocations, output });
  const drafts = new PayloadDrafts();
  const previews = new PackagePreviews(extensionUri);
  const context: CommandContext = {
    pipeline,
    targets,
    local,
    tree,
    panels,
    timings,
    configurations,
    invocations,
    queries,
    output,
    folders,
    lastPayloads: new LastPayloads(workspaceState),
    drafts,
    previews,
    packagesFolder: vscode.Uri.joinPath(globalStorageUri, 'packages'),
  };
  subscriptions.push(local, targets, tree, panels, timings, queries, drafts, previews);
  subscriptions.push(createTargetStatus(targets), registerCommands(context), new RedeployOnSave(context));
  subscriptions.push(new RequestIdLinks(invocations).register());
}

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
import { offerToPutBack } from './editor/tuning/interrupted-tunings.ts';
import { KeptTunings } from './editor/tuning/kept-tunings.ts';
import { TuningPages } from './editor/tuning/tuning-pages.ts';
import { createPipeline } from './pipeline.ts';

/** VS Code hands nothing to `deactivate`: what has to be put back before the window goes lies here. */
const endings: (() => Promise<void>)[] = [];
export const deactivate = (): Promise<unknown> => Promise.all(endings.map((end) => end()));

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
  const file = vscode.Uri.joinPath(globalStorageUri, 'timings.sqlite').fsPath;
  const timings = new KeptTimings({ pipeline, file, onError: (error) => output.appendLine(detailsOf(error)) });
  const configurations = new FunctionConfigurations({ pipeline, targets, timings });
  const folders = new DeployedFolders(workspaceState);
  const lastPayloads = new LastPayloads(workspaceState);
  const parts = { extensionUri, pipeline, targets, tree, timings, configurations, folders, lastPayloads, output };
  const panels = new LogPanels({ ...parts, local });
  const invocations = new InvocationFinder({ pipeline, targets, tree, timings, panels });
  const queries = new QueryPages({ ...parts, saved: new SavedQueries(globalState), panels, invocations });
  const tunings = new TuningPages({ ...parts, tunings: new KeptTunings(workspaceState) });
  const context: CommandContext = {
    ...parts,
    local,
    panels,
    invocations,
    queries,
    tunings,
    drafts: new PayloadDrafts(),
    previews: new PackagePreviews(extensionUri),
    packagesFolder: vscode.Uri.joinPath(globalStorageUri, 'packages'),
  };
  subscriptions.push(local, targets, tree, panels, timings, queries, tunings, context.drafts, context.previews);
  subscriptions.push(createTargetStatus(targets), registerCommands(context), new RedeployOnSave(context));
  subscriptions.push(new RequestIdLinks(invocations).register());
  endings.push(() => tunings.end());
  offerToPutBack(parts).catch((error: unknown) => showFailure(output, error));
}

import type * as vscode from 'vscode';
import type { Pipeline } from '../../pipeline.ts';
import type { LocalLambda } from '../connection/local-lambda.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import type { FunctionTree } from '../explorer/function-tree.ts';
import type { FunctionConfigurations } from '../panel/function-configurations.ts';
import type { KeptTimings } from '../panel/kept-timings.ts';
import type { LogPanels } from '../panel/log-panels.ts';
import type { PackagePreviews } from '../preview/package-previews.ts';
import type { QueryPages } from '../query/query-pages.ts';
import type { InvocationFinder } from '../request-ids/invocation-finder.ts';
import type { TuningPages } from '../tuning/tuning-pages.ts';
import type { DeployedFolders } from './deployed-folders.ts';
import type { LastPayloads } from './last-payloads.ts';
import type { PayloadDrafts } from './payload-drafts.ts';

/** What the commands work with. */
export interface CommandContext {
  readonly pipeline: Pipeline;
  readonly targets: TargetSelection;
  readonly local: LocalLambda;
  readonly tree: FunctionTree;
  readonly panels: LogPanels;
  readonly timings: KeptTimings;
  readonly configurations: FunctionConfigurations;
  readonly invocations: InvocationFinder;
  readonly queries: QueryPages;
  readonly tunings: TuningPages;
  readonly output: vscode.OutputChannel;
  readonly folders: DeployedFolders;
  readonly lastPayloads: LastPayloads;
  readonly drafts: PayloadDrafts;
  readonly previews: PackagePreviews;
  /** Where deployment packages are written before they are uploaded. */
  readonly packagesFolder: vscode.Uri;
}

/** `subject` is what VS Code or a script passes first: a tree item, a URI, or an object with named arguments. */
export type CommandHandler = (context: CommandContext, subject: unknown, options: unknown) => Promise<unknown>;

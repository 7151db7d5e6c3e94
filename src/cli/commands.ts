import type { Output } from './output.ts';
import { help } from './help.ts';

export interface CommandContext {
  readonly args: readonly string[];
  readonly output: Output;
  readonly signal: AbortSignal;
  /** The compiled engine beside this program. */
  readonly engineEntry: string;
}

export interface Command {
  readonly help: string;
  /** Resolves with the exit status. */
  run(context: CommandContext): Promise<number>;
}

/** Each is loaded when it is asked for: what others need would be half of the time that a short one takes. */
export const commands: Readonly<Record<string, Command>> = {
  package: {
    help: help.package,
    run: async (context) => (await import('./package-command.ts')).runPackage(context),
  },
  deploy: { help: help.deploy, run: async (context) => (await import('./deploy-command.ts')).runDeploy(context) },
  invoke: { help: help.invoke, run: async (context) => (await import('./invoke-command.ts')).runInvoke(context) },
  logs: { help: help.logs, run: async (context) => (await import('./logs-command.ts')).runLogs(context) },
  metrics: { help: help.metrics, run: async (context) => (await import('./metrics-command.ts')).runMetrics(context) },
  list: { help: help.list, run: async (context) => (await import('./functions-commands.ts')).runList(context) },
  delete: { help: help.delete, run: async (context) => (await import('./functions-commands.ts')).runDelete(context) },
  url: { help: help.url, run: async (context) => (await import('./url-command.ts')).runUrl(context) },
  layer: { help: help.layer, run: async (context) => (await import('./layer-commands.ts')).runLayer(context) },
  tune: { help: help.tune, run: async (context) => (await import('./tune-command.ts')).runTune(context) },
  connection: {
    help: help.connection,
    run: async (context) => (await import('./connection-command.ts')).runConnection(context),
  },
  engine: { help: help.engine, run: async (context) => (await import('./engine-command.ts')).runEngine(context) },
};

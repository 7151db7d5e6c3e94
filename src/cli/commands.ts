import type { Output } from './output.ts';
import { runDelete, runList } from './functions-commands.ts';
import { runDeploy, runPackage } from './deploy-commands.ts';
import { runEngine } from './engine-command.ts';
import { help } from './help.ts';
import { runInvoke } from './invoke-command.ts';
import { runLayer } from './layer-commands.ts';
import { runLogs } from './logs-command.ts';
import { runUrl } from './url-command.ts';

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

export const commands: Readonly<Record<string, Command>> = {
  package: { help: help.package, run: runPackage },
  deploy: { help: help.deploy, run: runDeploy },
  invoke: { help: help.invoke, run: runInvoke },
  logs: { help: help.logs, run: runLogs },
  list: { help: help.list, run: runList },
  delete: { help: help.delete, run: runDelete },
  url: { help: help.url, run: runUrl },
  layer: { help: help.layer, run: runLayer },
  engine: { help: help.engine, run: runEngine },
};

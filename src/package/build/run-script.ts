import { existsSync } from 'node:fs';
import path from 'node:path';
import { runTool, type ToolRun } from './run-tool.ts';

export interface ScriptBuild {
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/** The project's own wrapper, which brings the version that it is built with, else the command of the machine. */
export function wrapperOr(folder: string, wrapper: string, command: string): string {
  const names = process.platform === 'win32' ? [`${wrapper}.cmd`, `${wrapper}.bat`] : [wrapper];
  const own = names.map((name) => path.join(folder, name)).find((file) => existsSync(file));
  return own ?? command;
}

/** As runTool, for tools that are scripts: on Windows those run in a shell of their own. */
export async function runScript(run: ToolRun): Promise<string> {
  if (process.platform !== 'win32') return runTool(run);
  return runTool({ ...run, command: 'cmd.exe', args: ['/d', '/c', run.command, ...run.args] });
}

import * as vscode from 'vscode';
import { defaultMaximumLines, settingKeys, settingsSection } from './setting-keys.ts';

export interface Settings {
  /** Where the local Lambda keeps its state; absent: the user's own data folder. */
  readonly dataDirectory?: string;
  /** Programs that run functions of the local Lambda, by runtime or language. */
  readonly interpreters: Readonly<Record<string, string>>;
  /** AWS profile whose credentials functions of the local Lambda get; absent: its own. */
  readonly functionProfile?: string;
  /** Whether functions of the local Lambda get no more of the processors than on Lambda. */
  readonly cpuShare: boolean;
  /** Execution role (ARN) for functions that are created. */
  readonly role?: string;
  /** MB; absent: the function keeps what it has. */
  readonly memorySizeMB?: number;
  /** Seconds; absent: the function keeps what it has. */
  readonly timeoutSeconds?: number;
  /** Deploy a function to the Local Lambda again when a file of its folder is saved. */
  readonly redeployOnSave: boolean;
  /** How many log lines a panel holds. */
  readonly maximumLines: number;
}

/** The one place that reads settings. What has the wrong type counts as not set. */
export function readSettings(scope?: vscode.Uri): Settings {
  const configuration = vscode.workspace.getConfiguration(settingsSection, scope);
  const dataDirectory = text(configuration.get<unknown>(settingKeys.dataDirectory));
  const functionProfile = text(configuration.get<unknown>(settingKeys.functionProfile));
  const role = text(configuration.get<unknown>(settingKeys.role));
  const memorySizeMB = positiveInteger(configuration.get<unknown>(settingKeys.memorySize));
  const timeoutSeconds = positiveInteger(configuration.get<unknown>(settingKeys.timeout));
  return {
    ...(dataDirectory !== undefined && { dataDirectory }),
    interpreters: texts(configuration.get<unknown>(settingKeys.interpreters)),
    ...(functionProfile !== undefined && { functionProfile }),
    cpuShare: configuration.get<unknown>(settingKeys.cpuShare) === true,
    ...(role !== undefined && { role }),
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    redeployOnSave: configuration.get<unknown>(settingKeys.redeployOnSave) === true,
    maximumLines: positiveInteger(configuration.get<unknown>(settingKeys.maximumLines)) ?? defaultMaximumLines,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const found = text(item);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

function positiveInteger(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}

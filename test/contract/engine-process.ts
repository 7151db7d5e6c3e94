import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import type { EngineConnection } from '../../src/engine/launch.ts';
import { notesPlace } from '../notes-place.mjs';

export const engineEntry = path.resolve(import.meta.dirname, '../../src/engine/main.ts');

/** A data folder that goes with the test. */
export function temporaryFolder(
  prefix = 'lambda-workbench-',
  parent = tmpdir(),
): { readonly path: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(path.join(parent, prefix));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A folder that goes with the test, where functions can leave notes: the machine's /tmp is not theirs. */
export function sharedFolder(): { readonly path: string; [Symbol.dispose](): void } {
  return temporaryFolder('notes-', notesPlace());
}

/** The real engine in a process of its own. */
export class EngineProcess {
  readonly connection: EngineConnection;
  readonly stderr: string[];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, connection: EngineConnection, stderr: string[]) {
    this.#child = child;
    this.connection = connection;
    this.stderr = stderr;
  }

  static async start(dataDirectory: string, ...options: string[]): Promise<EngineProcess> {
    return EngineProcess.startAs(undefined, dataDirectory, ...options);
  }

  /** As another user, by number; undefined: as oneself. */
  static async startAs(user: number | undefined, dataDirectory: string, ...options: string[]): Promise<EngineProcess> {
    const child = spawn(process.execPath, [engineEntry, '--data', dataDirectory, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user !== undefined && { uid: user, gid: user }),
    });
    const stderr: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text));
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('close', (code) => reject(new Error(`The engine ended with ${code}: ${stderr.join('')}`)));
    });
    return new EngineProcess(child, JSON.parse(line), stderr);
  }

  /** What of its standard error matches, as soon as it does. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const [said] = pattern.exec(this.stderr.join('')) ?? [];
      if (said !== undefined) return said;
      if (!this.#child.stderr) throw new Error('The engine has no standard error');
      await once(this.#child.stderr, 'data');
    }
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The engine has no process');
    return this.#child.pid;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const closed = new Promise<number | null>((resolve) => this.#child.once('close', resolve));
    this.#child.kill(signal);
    return closed;
  }
}

export interface Clients {
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly sts: STSClient;
}

export function clientsOf(
  connection: EngineConnection,
  overrides: { secretAccessKey?: string; accessKeyId?: string } = {},
): Clients {
  const shared = {
    endpoint: connection.endpoint,
    region: connection.region,
    maxAttempts: 1,
    disableHostPrefix: true,
    credentials: { accessKeyId: connection.accessKeyId, secretAccessKey: connection.secretAccessKey, ...overrides },
  };
  return { lambda: new LambdaClient(shared), logs: new CloudWatchLogsClient(shared), sts: new STSClient(shared) };
}

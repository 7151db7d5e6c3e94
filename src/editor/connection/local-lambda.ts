import * as vscode from 'vscode';
import { findOrStartEngine, holdLease } from '../../engine/launch.ts';
import type { EngineConnection } from '../../engine/launch.ts';
import { readSettings } from '../configuration.ts';

/** One that went away sooner than this (ms) is not brought back by itself: it would only die again, and again. */
const shortestUsefulLife = 10_000;

interface Held {
  readonly connection: Promise<EngineConnection>;
  release(): void;
}

/** This window's hold on the local Lambda: found or started on first use, kept alive until disposed. */
export class LocalLambda implements vscode.Disposable {
  readonly #entry: string;
  readonly #lost = new vscode.EventEmitter<void>();
  #held: Held | undefined;
  #disposed = false;

  /** The engine went away after some time of service; the next `connect()` starts it again. */
  readonly onDidLose = this.#lost.event;

  constructor(entry: string) {
    this.#entry = entry;
  }

  /** Everyone shares one start, so no caller's cancellation may end it. */
  connect(): Promise<EngineConnection> {
    this.#held ??= this.#start();
    return this.#held.connection;
  }

  dispose(): void {
    this.#disposed = true;
    this.#held?.release();
    this.#held = undefined;
    this.#lost.dispose();
  }

  #start(): Held {
    const { dataDirectory, interpreters, functionProfile, cpuShare } = readSettings();
    let release = (): void => {};
    const connection = findOrStartEngine({
      entry: this.#entry,
      interpreters,
      cpuShare,
      ...(dataDirectory !== undefined && { dataDirectory }),
      ...(functionProfile !== undefined && { functionProfile }),
    }).then(
      (found) => {
        if (this.#disposed) return found;
        const lease = holdLease(found);
        release = () => lease.release();
        const since = performance.now();
        void lease.lost.then(() => this.#forget(held, performance.now() - since));
        return found;
      },
      (error: unknown) => {
        // The next use tries again.
        if (this.#held === held) this.#held = undefined;
        throw error;
      },
    );
    const held: Held = { connection, release: () => release() };
    return held;
  }

  #forget(held: Held, lifeMs: number): void {
    if (this.#disposed || this.#held !== held) return;
    this.#held = undefined;
    if (lifeMs >= shortestUsefulLife) this.#lost.fire();
  }
}

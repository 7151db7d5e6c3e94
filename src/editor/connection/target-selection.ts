import * as vscode from 'vscode';
import type { Target } from '../../aws/target.ts';
import type { NotedTarget } from '../../tune/tuning-journal.ts';
import { readSettings } from '../configuration.ts';
import type { LocalLambda } from './local-lambda.ts';
import { asTargetChoice, labelOf } from './target-choice.ts';
import type { TargetChoice } from './target-choice.ts';

const storageKey = 'target';

/** Which target is active in this workspace, and how to reach it. */
export class TargetSelection implements vscode.Disposable {
  readonly #state: vscode.Memento;
  readonly #local: LocalLambda;
  readonly #changed = new vscode.EventEmitter<TargetChoice>();

  readonly onDidChange = this.#changed.event;

  constructor(state: vscode.Memento, local: LocalLambda) {
    this.#state = state;
    this.#local = local;
  }

  get choice(): TargetChoice {
    return asTargetChoice(this.#state.get(storageKey)) ?? { kind: 'local' };
  }

  get label(): string {
    return labelOf(this.choice);
  }

  async select(choice: TargetChoice): Promise<void> {
    await this.#state.update(storageKey, choice);
    this.#changed.fire(choice);
  }

  /** A target that was noted without what it takes to talk to it. */
  async resolveNoted({ accessKeyId, ...noted }: NotedTarget): Promise<Target> {
    return accessKeyId === undefined ? noted : this.#resolveLocal();
  }

  /** What the pipeline takes. Starts the local Lambda when that is the choice and it is not running yet. */
  async resolve(): Promise<Target> {
    const { choice, label } = this;
    const { role } = readSettings();
    const withRole = role === undefined ? {} : { role };
    if (choice.kind === 'aws') {
      const { profile, region } = choice;
      return {
        label,
        ...(profile !== undefined && { profile }),
        ...(region !== undefined && { region }),
        ...withRole,
      };
    }
    if (choice.kind === 'endpoint') return { label, endpoint: choice.url, region: choice.region, ...withRole };
    return { ...(await this.#resolveLocal()), ...withRole };
  }

  async #resolveLocal(): Promise<Target> {
    const { endpoint, region, accountId, accessKeyId, secretAccessKey } = await this.#local.connect();
    return {
      label: labelOf({ kind: 'local' }),
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      // The local Lambda gives functions no permissions, but the API asks for a role to be named.
      role: `arn:aws:iam::${accountId}:role/lambda-workbench`,
    };
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

import { sep } from 'node:path';
import type { Memento } from 'vscode';

const storageKey = 'deployedFolders';

/** What is remembered of a deployment, so that the next one asks nothing. */
export interface DeployedFolder {
  /** File system path. */
  readonly folder: string;
  /** Labels of the targets the user has sent this folder to under this name. */
  readonly targets: readonly string[];
  /** Only where the user had to name them. */
  readonly runtime?: string;
  readonly handler?: string;
}

/** Which function came from which folder; kept per workspace. */
export class DeployedFolders {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  of(functionName: string): DeployedFolder | undefined {
    return this.#all()[functionName];
  }

  /** The name that was last used for a folder. */
  nameFor(folder: string): string | undefined {
    return Object.entries(this.#all()).findLast(([, deployed]) => deployed.folder === folder)?.[0];
  }

  /** The function whose folder a file lies in. */
  nameForFile(file: string): string | undefined {
    return Object.entries(this.#all()).findLast(([, deployed]) => file.startsWith(deployed.folder + sep))?.[0];
  }

  async remember(functionName: string, deployed: Omit<DeployedFolder, 'targets'> & { target: string }): Promise<void> {
    const { [functionName]: previous, ...others } = this.#all();
    const { target, ...rest } = deployed;
    const targets = previous?.folder === deployed.folder ? previous.targets.filter((label) => label !== target) : [];
    // The latest goes last, which is what nameFor() looks for.
    await this.#state.update(storageKey, { ...others, [functionName]: { ...rest, targets: [...targets, target] } });
  }

  #all(): Record<string, DeployedFolder> {
    return this.#state.get<Record<string, DeployedFolder>>(storageKey, {});
  }
}

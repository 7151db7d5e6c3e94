import { invalidParameter } from '../http/service-error.ts';
import type { FunctionStore } from '../store/function-store.ts';
import { configurationOf, type Whereabouts } from './configuration.ts';
import { text } from './desired.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';
import { pageOfAll } from './paging.ts';
import { checkRevision } from './revision.ts';

export interface VersionsOptions {
  readonly functions: Functions;
  readonly store: FunctionStore;
  readonly where: Whereabouts;
}

type Input = Readonly<Record<string, unknown>>;

/** Published versions: a function's code and configuration as they were, under a number. */
export class Versions {
  readonly operations: OperationTable;
  readonly #options: VersionsOptions;

  constructor(options: VersionsOptions) {
    this.#options = options;
    this.operations = {
      PublishVersion: (input) => this.#publish(input),
      ListVersionsByFunction: (input) => this.#list(input),
    };
  }

  #publish(input: Input): unknown {
    const { functions, where } = this.#options;
    const record = functions.latest(input);
    checkRevision(input, record);
    const wanted = text(input['CodeSha256']);
    if (wanted && wanted !== record.codeSha256) {
      throw invalidParameter(
        `CodeSHA256 (${wanted}) is different from current CodeSHA256 in $LATEST (${record.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    const published = functions.publish(record, text(input['Description']));
    return configurationOf(published, where, functions.snapshots.stateOf(published), published.version);
  }

  #list(input: Input): unknown {
    const { functions, store, where } = this.#options;
    const record = functions.latest(input);
    const { page, next } = pageOfAll(input, [record, ...store.versions(record.name)], ({ version }) => version);
    return {
      Versions: page.map((each) => configurationOf(each, where, functions.snapshots.stateOf(each), each.version)),
      ...next,
    };
  }
}

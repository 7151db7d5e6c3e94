import { invalidParameter } from '../http/service-error.ts';
import type { FunctionRecord, FunctionStore } from '../store/function-store.ts';
import { text } from './desired.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';

export interface TagsOptions {
  readonly functions: Functions;
  readonly store: FunctionStore;
}

type Input = Readonly<Record<string, unknown>>;

const maxTags = 50;

/** The tags of functions; changing them changes nothing else of a function. */
export class Tags {
  readonly operations: OperationTable;
  readonly #options: TagsOptions;

  constructor(options: TagsOptions) {
    this.#options = options;
    this.operations = {
      ListTags: (input) => ({ Tags: this.#tagged(input).tags }),
      TagResource: (input) => {
        const record = this.#tagged(input);
        const added = Object.entries(input['Tags'] ?? {}).map(([key, value]) => [key, String(value)]);
        this.#put(record, { ...record.tags, ...Object.fromEntries(added) });
      },
      UntagResource: (input) => {
        const record = this.#tagged(input);
        const gone = new Set(Array.isArray(input['TagKeys']) ? input['TagKeys'].map(String) : []);
        this.#put(record, Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.has(key))));
      },
    };
  }

  #put(record: FunctionRecord, tags: Readonly<Record<string, string>>): void {
    if (Object.keys(tags).length > maxTags) throw invalidParameter(`A function has at most ${maxTags} tags.`);
    this.#options.store.put({ ...record, tags });
  }

  #tagged(input: Input): FunctionRecord {
    const arn = text(input['Resource']) ?? '';
    if (!/:function:[^:]+$/.test(arn))
      throw invalidParameter(
        `The local Lambda tags functions alone, not their versions and aliases: ${arn} was given.`,
      );
    return this.#options.functions.find({ FunctionName: arn });
  }
}

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
        this.#put(record, readTags(input['Tags'], record.tags));
      },
      UntagResource: (input) => {
        const record = this.#tagged(input);
        const gone = new Set(Array.isArray(input['TagKeys']) ? input['TagKeys'].map(String) : []);
        this.#put(record, Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.has(key))));
      },
    };
  }

  #put(record: FunctionRecord, tags: Readonly<Record<string, string>>): void {
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

/** With those that there are already. Throws InvalidParameterValueException for what AWS takes for no tags. */
export function readTags(given: unknown, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const added = Object.entries(given ?? {}).map(([key, value]) => [key, String(value)] as const);
  for (const [key, value] of added) {
    if (/^aws:/i.test(key)) throw invalidParameter(`Tag keys that begin with aws: are reserved for AWS: ${key}.`);
    if (value.length > 256) throw invalidParameter(`The value of a tag has at most 256 characters: ${key}.`);
  }
  const tags = { ...before, ...Object.fromEntries(added) };
  if (Object.keys(tags).length > maxTags) throw invalidParameter(`A function has at most ${maxTags} tags.`);
  return tags;
}

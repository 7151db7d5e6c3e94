import type { AsyncSettings } from '../events/async-queue.ts';
import { invalidParameter, notFound } from '../http/service-error.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { functionArn, type Whereabouts } from './configuration.ts';
import { field, text } from './desired.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';

export interface EventInvokeOptions {
  readonly functions: Functions;
  readonly resources: ResourceStore;
  readonly where: Whereabouts;
}

interface EventInvokeDocument {
  /** Seconds since the epoch. */
  readonly lastModified: number;
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeInSeconds?: number | undefined;
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
}

type Input = Readonly<Record<string, unknown>>;
type Settings = Omit<EventInvokeDocument, 'lastModified'>;

const kind = 'event-invoke-config';
const defaultMaxRetries = 2;
const defaultMaxAgeSeconds = 21_600;

/** How functions want their asynchronous events handled: retries, age, destinations. */
export class EventInvokeConfigs {
  readonly operations: OperationTable;
  readonly #options: EventInvokeOptions;

  constructor(options: EventInvokeOptions) {
    this.#options = options;
    this.operations = {
      PutFunctionEventInvokeConfig: (input) => this.#put(input, {}),
      UpdateFunctionEventInvokeConfig: (input) => this.#put(input, this.#existing(input).document),
      GetFunctionEventInvokeConfig: (input) => {
        const { name, qualifier, document } = this.#existing(input);
        return this.#describe(name, qualifier, document);
      },
      ListFunctionEventInvokeConfigs: (input) => {
        const { name } = options.functions.find(input);
        const all = options.resources.list(kind, name);
        return {
          FunctionEventInvokeConfigs: all.map(({ qualifier, document }) =>
            this.#describe(name, qualifier, asDocument(document)),
          ),
        };
      },
      DeleteFunctionEventInvokeConfig: (input) => {
        const { name, qualifier } = this.#existing(input);
        options.resources.delete(kind, name, qualifier);
      },
    };
  }

  /** What the queue goes by; Lambda's defaults where nothing is configured. */
  settingsOf(functionName: string, qualifier?: string): Omit<AsyncSettings, 'stopsLoops'> {
    const stored = this.#options.resources.get(kind, functionName, qualifier);
    const document = stored === undefined ? undefined : asDocument(stored);
    return {
      maxRetries: document?.maximumRetryAttempts ?? defaultMaxRetries,
      maxAgeMs: (document?.maximumEventAgeInSeconds ?? defaultMaxAgeSeconds) * 1000,
      onSuccess: document?.onSuccess,
      onFailure: document?.onFailure,
    };
  }

  #put(input: Input, before: Settings): unknown {
    const { name } = this.#options.functions.find(input);
    const { qualifier = '$LATEST' } = this.#options.functions.reference(input);
    const retries = input['MaximumRetryAttempts'];
    const age = input['MaximumEventAgeInSeconds'];
    const destinations = input['DestinationConfig'];
    if (retries === undefined && age === undefined && destinations === undefined)
      throw invalidParameter('You must specify at least one of error handling or destination setting.');
    const document: EventInvokeDocument = {
      lastModified: Date.now() / 1000,
      maximumRetryAttempts: typeof retries === 'number' ? retries : before.maximumRetryAttempts,
      maximumEventAgeInSeconds: typeof age === 'number' ? age : before.maximumEventAgeInSeconds,
      onSuccess: this.#destination(name, field(destinations, 'OnSuccess'), before.onSuccess),
      onFailure: this.#destination(name, field(destinations, 'OnFailure'), before.onFailure),
    };
    this.#options.resources.put(kind, name, document, qualifier);
    return this.#describe(name, qualifier, document);
  }

  #destination(functionName: string, given: unknown, before: string | undefined): string | undefined {
    const destination = text(field(given, 'Destination'));
    if (given === undefined || destination === undefined) return before;
    if (destination === '') return undefined;
    const [, , service, , , type, target = ''] = destination.split(':');
    if (service !== 'lambda' || type !== 'function') {
      throw invalidParameter(
        `The local Lambda sends records of asynchronous invocations to its own functions, not to ${destination}. Give a function's ARN, or use AWS for other destinations.`,
      );
    }
    if (target === functionName) throw invalidParameter("You can't specify the function as a destination for itself.");
    this.#options.functions.find({ FunctionName: destination });
    return destination;
  }

  #existing(input: Input): { name: string; qualifier: string; document: EventInvokeDocument } {
    const { where, functions, resources } = this.#options;
    const { name, qualifier = '$LATEST' } = functions.reference(input);
    const stored = resources.get(kind, name, qualifier);
    if (stored === undefined) {
      throw notFound(`The function ${functionArn(where, name, qualifier)} doesn't have an EventInvokeConfig`);
    }
    return { name, qualifier, document: asDocument(stored) };
  }

  #describe(name: string, qualifier: string, document: EventInvokeDocument): unknown {
    const { maximumRetryAttempts, maximumEventAgeInSeconds, onSuccess, onFailure } = document;
    return {
      FunctionArn: functionArn(this.#options.where, name, qualifier),
      LastModified: document.lastModified,
      ...(maximumRetryAttempts !== undefined && { MaximumRetryAttempts: maximumRetryAttempts }),
      ...(maximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds: maximumEventAgeInSeconds }),
      DestinationConfig: {
        OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
        OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
      },
    };
  }
}

const asDocument = (stored: unknown): EventInvokeDocument => stored as EventInvokeDocument; // written by #put()

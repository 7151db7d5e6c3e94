import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cors, UrlConfig } from '../function-urls/url-config.ts';
import { UrlListener } from '../function-urls/url-listener.ts';
import { conflict, invalidParameter, notFound } from '../http/service-error.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { functionArn, type Whereabouts } from './configuration.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';

export interface FunctionUrlsOptions {
  readonly functions: Functions;
  readonly resources: ResourceStore;
  readonly where: Whereabouts;
  /** Answers a request to a URL. */
  readonly serve: (config: UrlConfig, message: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Called when a request begins, returns the call for its end. */
  readonly onRequest: () => () => void;
}

type Input = Readonly<Record<string, unknown>>;

const kind = 'url';
const idLetters = 'abcdefghijklmnopqrstuvwxyz234567';

/** The function URL resource, and the port that each URL has. */
export class FunctionUrls {
  readonly operations: OperationTable;
  readonly #options: FunctionUrlsOptions;
  readonly #listeners = new Map<string, UrlListener>();

  constructor(options: FunctionUrlsOptions) {
    this.#options = options;
    this.operations = {
      CreateFunctionUrlConfig: async (input) => this.#create(input),
      GetFunctionUrlConfig: (input) => this.#describe(this.#existing(input)),
      UpdateFunctionUrlConfig: (input) => this.#update(input),
      ListFunctionUrlConfigs: (input) => {
        const { name } = options.functions.find(input);
        const config = this.#get(name);
        return { FunctionUrlConfigs: config ? [this.#describe(config)] : [] };
      },
      DeleteFunctionUrlConfig: (input) => {
        const { functionName } = this.#existing(input);
        options.resources.delete(kind, functionName);
        this.close(functionName);
      },
    };
  }

  /** Opens the URLs of last time, each on its port if that is still free. */
  async open(): Promise<void> {
    for (const { document } of this.#options.resources.all(kind)) await this.#listen(asConfig(document));
  }

  /** The URL of a function that is gone. */
  close(functionName: string): void {
    this.#listeners.get(functionName)?.close();
    this.#listeners.delete(functionName);
  }

  dispose(): void {
    for (const name of this.#listeners.keys()) this.close(name);
  }

  async #create(input: Input): Promise<unknown> {
    const { name } = this.#options.functions.find(input);
    const { qualifier } = this.#options.functions.reference(input);
    if (qualifier !== undefined && qualifier !== '$LATEST')
      throw invalidParameter(
        `The local Lambda serves a URL of the function itself, not of ${qualifier}. Leave the qualifier out.`,
      );
    const exists = (): Error =>
      conflict(
        `Failed to create function url config for [functionArn = ${functionArn(this.#options.where, name)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    if (this.#get(name)) throw exists();
    const now = new Date().toISOString();
    const config = await this.#listen({
      id: [...randomBytes(32)].map((byte) => idLetters.charAt(byte % idLetters.length)).join(''),
      functionName: name,
      port: 0,
      created: now,
      modified: now,
      ...readSettings(input, { authType: 'NONE', invokeMode: 'BUFFERED' }),
    });
    return this.#describe(config);
  }

  #update(input: Input): unknown {
    const before = this.#existing(input);
    const config = { ...before, ...readSettings(input, before), modified: new Date().toISOString() };
    this.#options.resources.put(kind, config.functionName, config);
    return this.#describe(config);
  }

  /** Listens for a URL and keeps it with the port it got. */
  async #listen(config: UrlConfig): Promise<UrlConfig> {
    const { functionName } = config;
    const listener = await UrlListener.listen(config.port, (message, response) => {
      response.once('close', this.#options.onRequest());
      const current = this.#get(functionName);
      if (current) void this.#options.serve(current, message, response);
      else response.destroy();
    });
    const listening = { ...config, port: listener.port };
    this.#listeners.set(functionName, listener);
    this.#options.resources.put(kind, functionName, listening);
    return listening;
  }

  #get(functionName: string): UrlConfig | undefined {
    const document = this.#options.resources.get(kind, functionName);
    return document === undefined ? undefined : asConfig(document);
  }

  #existing(input: Input): UrlConfig {
    const { name, qualifier } = this.#options.functions.reference(input);
    const config = qualifier === undefined || qualifier === '$LATEST' ? this.#get(name) : undefined;
    if (!config) throw notFound('The resource you requested does not exist.');
    return config;
  }

  #describe(config: UrlConfig): unknown {
    return {
      FunctionUrl: `http://127.0.0.1:${config.port}/`,
      FunctionArn: functionArn(this.#options.where, config.functionName),
      AuthType: config.authType,
      ...(config.cors && { Cors: config.cors }),
      CreationTime: config.created,
      LastModifiedTime: config.modified,
      InvokeMode: config.invokeMode,
    };
  }
}

type UrlSettings = Pick<UrlConfig, 'authType' | 'invokeMode' | 'cors'>;

/** `input` has passed the service model's constraints, so that types are what the model says. */
function readSettings(input: Input, before: UrlSettings): UrlSettings {
  const cors = input['Cors'] === undefined ? before.cors : (input['Cors'] as Cors);
  return {
    authType: (input['AuthType'] as UrlConfig['authType'] | undefined) ?? before.authType,
    invokeMode: (input['InvokeMode'] as UrlConfig['invokeMode'] | undefined) ?? before.invokeMode,
    ...(cors && { cors }),
  };
}

const asConfig = (document: unknown): UrlConfig => document as UrlConfig; // written by #listen() and #update()

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cors, UrlConfig } from '../function-urls/url-config.ts';
import { UrlListener } from '../function-urls/url-listener.ts';
import { conflict, notFound } from '../http/service-error.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { functionArn, type Whereabouts } from './configuration.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';
import { pageOfAll } from './paging.ts';

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
const latest = '$LATEST';
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
        const all = options.resources.list(kind, name).map(({ document }) => asConfig(document));
        const { page, next } = pageOfAll(input, all, keyOf);
        return { FunctionUrlConfigs: page.map((config) => this.#describe(config)), ...next };
      },
      DeleteFunctionUrlConfig: (input) => {
        this.#remove(this.#existing(input));
      },
    };
  }

  /** Opens the URLs of last time, each on its port if that is still free. */
  async open(): Promise<void> {
    for (const { document } of this.#options.resources.all(kind)) await this.#listen(asConfig(document));
  }

  /** The URLs of a function that is gone. */
  close(functionName: string): void {
    for (const key of this.#listeners.keys()) if (key.split(':')[0] === functionName) this.#close(key);
  }

  /** The URLs of aliases that are gone. */
  closeGone(functionName: string): void {
    const { resources } = this.#options;
    for (const { qualifier, document } of resources.list(kind, functionName)) {
      if (qualifier === latest || resources.get('alias', functionName, qualifier) !== undefined) continue;
      this.#remove(asConfig(document));
    }
  }

  dispose(): void {
    for (const key of this.#listeners.keys()) this.#close(key);
  }

  #remove(config: UrlConfig): void {
    this.#options.resources.delete(kind, config.functionName, config.alias);
    this.#close(keyOf(config));
  }

  #close(key: string): void {
    this.#listeners.get(key)?.close();
    this.#listeners.delete(key);
  }

  async #create(input: Input): Promise<unknown> {
    const { name } = this.#options.functions.find(input);
    const alias = this.#aliasOf(input);
    const exists = (): Error =>
      conflict(
        `Failed to create function url config for [functionArn = ${functionArn(this.#options.where, name, alias)}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    if (this.#get(name, alias)) throw exists();
    const now = new Date().toISOString();
    const config = await this.#listen({
      id: [...randomBytes(32)].map((byte) => idLetters.charAt(byte % idLetters.length)).join(''),
      functionName: name,
      ...(alias !== undefined && { alias }),
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
    this.#options.resources.put(kind, config.functionName, config, config.alias);
    return this.#describe(config);
  }

  /** Listens for a URL and keeps it with the port it got. */
  async #listen(config: UrlConfig): Promise<UrlConfig> {
    const { functionName, alias } = config;
    const listener = await UrlListener.listen(config.port, (message, response) => {
      response.once('close', this.#options.onRequest());
      const current = this.#get(functionName, alias);
      if (current) void this.#options.serve(current, message, response);
      else response.destroy();
    });
    const listening = { ...config, port: listener.port };
    this.#listeners.set(keyOf(config), listener);
    this.#options.resources.put(kind, functionName, listening, alias);
    return listening;
  }

  #get(functionName: string, alias: string | undefined): UrlConfig | undefined {
    const document = this.#options.resources.get(kind, functionName, alias);
    return document === undefined ? undefined : asConfig(document);
  }

  #existing(input: Input): UrlConfig {
    const { name } = this.#options.functions.reference(input);
    const config = this.#get(name, this.#aliasOf(input));
    if (!config) throw notFound('The resource you requested does not exist.');
    return config;
  }

  #aliasOf(input: Input): string | undefined {
    const { qualifier } = this.#options.functions.reference(input);
    return qualifier === latest ? undefined : qualifier;
  }

  #describe(config: UrlConfig): unknown {
    return {
      FunctionUrl: `http://127.0.0.1:${config.port}/`,
      FunctionArn: functionArn(this.#options.where, config.functionName, config.alias),
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

const keyOf = ({ functionName, alias }: UrlConfig): string => `${functionName}:${alias ?? latest}`;
const asConfig = (document: unknown): UrlConfig => document as UrlConfig; // written by #listen() and #update()

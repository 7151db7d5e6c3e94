// CloudWatch Logs, as far as people and tools read a function's log: groups, streams, events, Live Tail.
import logsModel from '../model/logs.json' with { type: 'json' };
import type { ApiRequest, ApiResponse, Service } from '../http/exchange.ts';
import { parseJsonObject } from '../http/rest-json.ts';
import { ServiceError } from '../http/service-error.ts';
import { asServiceModel } from '../model/service-model.ts';
import { wrongType } from '../model/types.ts';
import { InputValidator } from '../model/validate.ts';
import type { LogStore } from '../store/log-store.ts';
import type { Whereabouts } from '../lambda-api/configuration.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import { streamLiveTail } from './live-tail.ts';
import { LogQueries } from './log-queries.ts';
import { invalidLogsParameter, list, optionalText, resolveGroup } from './log-input.ts';
import { asServiceError } from '../no-room.ts';

export interface LogsServiceOptions {
  readonly store: LogStore;
  readonly where: Whereabouts;
  /** Resolves when the store has everything of invocations that have been answered. */
  readonly written: () => Promise<void>;
  readonly reportFault: (error: unknown) => void;
}

const model = asServiceModel(logsModel);

export class LogsService implements Service {
  readonly signingName = 'logs';
  readonly #store: LogStore;
  readonly #where: Whereabouts;
  readonly #queries: LogQueries;
  readonly #validator = new InputValidator(model);
  readonly #reportFault: (error: unknown) => void;

  readonly #written: () => Promise<void>;

  constructor({ store, where, written, reportFault }: LogsServiceOptions) {
    this.#store = store;
    this.#where = where;
    this.#queries = new LogQueries(store, where);
    this.#written = written;
    this.#reportFault = reportFault;
  }

  async handle(request: ApiRequest): Promise<ApiResponse> {
    const target = String(request.headers['x-amz-target'] ?? '');
    const operation = target.split('.')[1] ?? '';
    const described = Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
    if (!described)
      throw new ServiceError('UnknownOperationException', 400, `CloudWatch Logs has no operation ${operation}`);
    if (!described.input) {
      throw new ServiceError(
        'NotImplementedException',
        501,
        `The local Lambda does not serve ${operation} of CloudWatch Logs. Use AWS for it.`,
      );
    }
    const input = parseJsonObject(request.body);
    const mistyped = wrongType(model, described.input, input);
    if (mistyped) throw new ServiceError('SerializationException', 400, mistyped);
    const broken = this.#validator.check(described.input, input);
    if (broken) throw invalidLogsParameter(broken);
    await this.#written();
    if (operation === 'StartLiveTail') return this.#liveTail(input);
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(this.#queries.run(operation, input)),
    };
  }

  describeError(error: unknown): ApiResponse {
    if (!(error instanceof ServiceError)) this.#reportFault(error);
    const known = asServiceError(error);
    return {
      status: known.status === 404 ? 400 : known.status, // JSON 1.1 services answer every user error with 400
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ __type: known.code, message: known.message }),
    };
  }

  #liveTail(input: Readonly<Record<string, unknown>>): ApiResponse {
    const groups = list(input['logGroupIdentifiers']).map((identifier) =>
      resolveGroup(this.#store, { logGroupIdentifier: identifier }),
    );
    const filterPattern = optionalText(input['logEventFilterPattern']) ?? '';
    const matches = compileFilterPattern(filterPattern);
    const streamNames = list(input['logStreamNames']);
    const streamPrefixes = list(input['logStreamNamePrefixes']);
    if ((streamNames.length > 0 || streamPrefixes.length > 0) && groups.length > 1) {
      throw invalidLogsParameter('Log stream names and prefixes can only be used with one log group.');
    }
    const groupIdentifier = (group: string): string => `${this.#where.accountId}:${group}`;
    const options = {
      store: this.#store,
      groups,
      groupIdentifier,
      streamNames,
      streamPrefixes,
      matches,
      filterPattern,
    };
    return {
      status: 200,
      headers: { 'content-type': 'application/vnd.amazon.eventstream' },
      stream: (response) => streamLiveTail(options, response),
    };
  }
}

import { randomUUID } from 'node:crypto';
import { conflict, invalidParameter, notFound, ServiceError } from '../http/service-error.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { asAlias, versionsOf, type AliasDocument } from './alias-document.ts';
import { functionArn, type Whereabouts } from './configuration.ts';
import { field, text } from './desired.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';
import { pageOfAll } from './paging.ts';
import { refuseSecondConfiguration } from './provisioned-conflicts.ts';
import { checkRevision } from './revision.ts';

export interface AliasesOptions {
  readonly functions: Functions;
  readonly resources: ResourceStore;
  readonly where: Whereabouts;
  /** An alias of the function points elsewhere, or is gone. */
  readonly onChange: (functionName: string) => void;
}

type Input = Readonly<Record<string, unknown>>;

/** Names for versions, which can be pointed at other ones, and at two at a time. */
export class Aliases {
  readonly operations: OperationTable;
  readonly #options: AliasesOptions;

  constructor(options: AliasesOptions) {
    this.#options = options;
    const { functions, resources } = options;
    this.operations = {
      CreateAlias: (input) => this.#create(input),
      UpdateAlias: (input) => this.#update(input),
      GetAlias: (input) => {
        const { name, alias, document } = this.#existing(input);
        return this.#describe(name, alias, document);
      },
      ListAliases: (input) => this.#list(input),
      DeleteAlias: (input) => {
        const { name } = functions.latest(input);
        resources.delete('alias', name, text(input['Name']) ?? '');
        resources.delete('provisioned', name, text(input['Name']) ?? '');
        options.onChange(name);
      },
    };
  }

  #create(input: Input): unknown {
    const { functions, resources, where } = this.#options;
    const { name } = functions.latest(input);
    const alias = text(input['Name']) ?? '';
    if (resources.get('alias', name, alias) !== undefined)
      throw conflict(`Alias already exists: ${functionArn(where, name, alias)}`);
    return this.#put(name, alias, {
      functionVersion: text(input['FunctionVersion']) ?? '',
      description: text(input['Description']) ?? '',
      weights: weightsOf(input) ?? {},
    });
  }

  #update(input: Input): unknown {
    const { name, alias, document } = this.#existing(input);
    checkRevision(input, document);
    return this.#put(name, alias, {
      functionVersion: text(input['FunctionVersion']) ?? document.functionVersion,
      description: text(input['Description']) ?? document.description,
      weights: weightsOf(input) ?? document.weights,
    });
  }

  #put(name: string, alias: string, settings: Omit<AliasDocument, 'revisionId'>): unknown {
    const document: AliasDocument = { ...settings, revisionId: randomUUID() };
    const others = Object.keys(document.weights);
    if (others.length > 1)
      throw invalidParameter(`An alias points to two versions at most; ${others.length + 1} were given.`);
    if (others.length > 0 && versionsOf(document).includes('$LATEST'))
      throw invalidParameter('$LATEST is not supported for an alias pointing to more than 1 version');
    if (others.includes(document.functionVersion)) {
      throw invalidParameter(
        `Invalid function version ${document.functionVersion}. Function version ${document.functionVersion} is already included in routing configuration.`,
      );
    }
    for (const version of versionsOf(document))
      this.#options.functions.find({ FunctionName: name, Qualifier: version });
    const { resources } = this.#options;
    if (resources.get('provisioned', name, alias) !== undefined)
      refuseSecondConfiguration(resources, name, { qualifier: alias, version: document.functionVersion });
    resources.put('alias', name, document, alias);
    this.#options.onChange(name);
    return this.#describe(name, alias, document);
  }

  #list(input: Input): unknown {
    const { functions, resources } = this.#options;
    const { name } = functions.latest(input);
    const version = text(input['FunctionVersion']);
    const all = resources
      .list('alias', name)
      .map(({ qualifier, document }) => ({ alias: qualifier, document: asAlias(document) }))
      .filter(({ document }) => version === undefined || versionsOf(document).includes(version));
    const { page, next } = pageOfAll(input, all, ({ alias }) => alias);
    return { Aliases: page.map(({ alias, document }) => this.#describe(name, alias, document)), ...next };
  }

  #existing(input: Input): { name: string; alias: string; document: AliasDocument } {
    const { functions, resources, where } = this.#options;
    const { name } = functions.latest(input);
    const alias = text(input['Name']) ?? '';
    const stored = resources.get('alias', name, alias);
    if (stored === undefined) throw notFound(`Cannot find alias arn: ${functionArn(where, name, alias)}`);
    return { name, alias, document: asAlias(stored) };
  }

  #describe(name: string, alias: string, document: AliasDocument): unknown {
    const { functionVersion, description, weights, revisionId } = document;
    return {
      AliasArn: functionArn(this.#options.where, name, alias),
      Name: alias,
      FunctionVersion: functionVersion,
      Description: description,
      RevisionId: revisionId,
      ...(Object.keys(weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: weights } }),
    };
  }
}

function weightsOf(input: Input): Record<string, number> | undefined {
  const given = field(input['RoutingConfig'], 'AdditionalVersionWeights');
  if (input['RoutingConfig'] === undefined) return undefined;
  const weights = Object.entries(Object(given)).map(([version, weight]) => [version, Number(weight)] as const);
  for (const [version, weight] of weights) {
    if (weight >= 0 && weight <= 1) continue;
    throw new ServiceError(
      'ValidationException',
      400,
      `1 validation error detected: Value '{${version}=${weight}}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]`,
    );
  }
  return Object.fromEntries(weights);
}

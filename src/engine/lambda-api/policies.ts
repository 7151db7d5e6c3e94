import { randomUUID } from 'node:crypto';
import { conflict, invalidParameter, notFound, ServiceError } from '../http/service-error.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { functionArn, type Whereabouts } from './configuration.ts';
import { text } from './desired.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';

export interface PoliciesOptions {
  readonly functions: Functions;
  readonly resources: ResourceStore;
  readonly where: Whereabouts;
}

type Input = Readonly<Record<string, unknown>>;
export type Statement = Readonly<Record<string, unknown>> & { readonly Sid: string };

export interface Policy {
  readonly revisionId: string;
  readonly statements: readonly Statement[];
}

const kind = 'policy';

/** Resource-based policies: kept and shown; the local Lambda itself asks for its own credentials alone. */
export class Policies {
  readonly operations: OperationTable;
  readonly #options: PoliciesOptions;

  constructor(options: PoliciesOptions) {
    this.#options = options;
    this.operations = {
      AddPermission: (input) => this.#add(input),
      RemovePermission: (input) => this.#remove(input),
      GetPolicy: (input) => {
        const { name } = options.functions.find(input);
        const { statements, revisionId } = this.#existing(name);
        return {
          Policy: policyText(statements),
          RevisionId: revisionId,
        };
      },
    };
  }

  #add(input: Input): unknown {
    const { name } = this.#options.functions.find(input);
    const policy = this.#get(name);
    checkPolicyRevision(input, policy);
    const sid = text(input['StatementId']) ?? '';
    if (policy?.statements.some((statement) => statement.Sid === sid)) {
      throw conflict(
        `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const conditions = readConditions(input);
    const statement: Statement = {
      Sid: sid,
      Effect: 'Allow',
      Principal: principalOf(text(input['Principal']) ?? ''),
      Action: input['Action'],
      Resource: functionArn(this.#options.where, name),
      ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
    };
    this.#put(name, [...(policy?.statements ?? []), statement]);
    return { Statement: JSON.stringify(statement) };
  }

  #remove(input: Input): undefined {
    const { name } = this.#options.functions.find(input);
    const policy = this.#existing(name);
    checkPolicyRevision(input, policy);
    const sid = text(input['StatementId']) ?? '';
    const left = policy.statements.filter((statement) => statement.Sid !== sid);
    if (left.length === policy.statements.length) throw notFound(`Statement ${sid} is not found in resource policy.`);
    if (left.length > 0) this.#put(name, left);
    else this.#options.resources.delete(kind, name);
    return undefined;
  }

  #put(name: string, statements: readonly Statement[]): void {
    this.#options.resources.put(kind, name, { revisionId: randomUUID(), statements } satisfies Policy);
  }

  #get(name: string): Policy | undefined {
    return this.#options.resources.get(kind, name) as Policy | undefined; // written by #put()
  }

  #existing(name: string): Policy {
    const policy = this.#get(name);
    if (!policy) throw notFound('The resource you requested does not exist.');
    return policy;
  }
}

/** As IAM writes policies. */
export const policyText = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });

/** Throws PreconditionFailedException where an input names another revision than there is. */
export function checkPolicyRevision(input: Input, policy: Policy | undefined): void {
  const given = text(input['RevisionId']);
  if (given && given !== policy?.revisionId) {
    throw new ServiceError(
      'PreconditionFailedException',
      412,
      'The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id',
    );
  }
}

export function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  if (principal.startsWith('arn:')) return { AWS: principal };
  if (/^[a-z0-9.-]+\.[a-z.-]+$/.test(principal)) return { Service: principal };
  throw invalidParameter('The provided principal was invalid. Please check the principal and try again.');
}

function readConditions(input: Input): Record<string, Record<string, unknown>> {
  const conditions: Record<string, Record<string, unknown>> = {};
  const add = (operator: string, key: string, value: unknown): void => {
    if (value !== undefined) conditions[operator] = { ...conditions[operator], [key]: value };
  };
  add('StringEquals', 'AWS:SourceAccount', input['SourceAccount']);
  add('StringEquals', 'aws:PrincipalOrgID', input['PrincipalOrgID']);
  add('StringEquals', 'lambda:EventSourceToken', input['EventSourceToken']);
  add('StringEquals', 'lambda:FunctionUrlAuthType', input['FunctionUrlAuthType']);
  add('ArnLike', 'AWS:SourceArn', input['SourceArn']);
  const viaUrl = input['InvokedViaFunctionUrl'];
  add('Bool', 'lambda:InvokedViaFunctionUrl', typeof viaUrl === 'boolean' ? String(viaUrl) : undefined);
  return conditions;
}

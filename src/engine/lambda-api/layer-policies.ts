import { randomUUID } from 'node:crypto';
import { conflict, notFound } from '../http/service-error.ts';
import type { LayerStore } from '../store/layer-store.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import type { Whereabouts } from './configuration.ts';
import { text } from './desired.ts';
import { layerArn, nameOf, versionOf } from './layers.ts';
import type { OperationTable } from './operation.ts';
import { checkPolicyRevision, policyText, principalOf, type Policy, type Statement } from './policies.ts';

export interface LayerPoliciesOptions {
  readonly store: LayerStore;
  readonly resources: ResourceStore;
  readonly where: Whereabouts;
}

type Input = Readonly<Record<string, unknown>>;

const kind = 'layer-policy';
/** No function can have such a name. */
const owner = (name: string): string => `layer:${name}`;

/** Who else may use a layer version: kept and shown; there is one account here. */
export class LayerPolicies {
  readonly operations: OperationTable;
  readonly #options: LayerPoliciesOptions;

  constructor(options: LayerPoliciesOptions) {
    this.#options = options;
    this.operations = {
      AddLayerVersionPermission: (input) => this.#add(input),
      GetLayerVersionPolicy: (input) => {
        const { statements, revisionId } = this.#existing(input);
        return { Policy: policyText(statements), RevisionId: revisionId };
      },
      RemoveLayerVersionPermission: (input) => this.#remove(input),
    };
  }

  #add(input: Input): unknown {
    const { name, version } = this.#version(input);
    const policy = this.#get(input);
    checkPolicyRevision(input, policy);
    const sid = text(input['StatementId']) ?? '';
    if (policy?.statements.some((statement) => statement.Sid === sid)) {
      throw conflict(
        `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const organization = text(input['OrganizationId']);
    const statement: Statement = {
      Sid: sid,
      Effect: 'Allow',
      Principal: principalOf(text(input['Principal']) ?? ''),
      Action: input['Action'],
      Resource: `${layerArn(this.#options.where, name)}:${version}`,
      ...(organization !== undefined && { Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } }),
    };
    const RevisionId = this.#put(input, [...(policy?.statements ?? []), statement]);
    return { Statement: JSON.stringify(statement), RevisionId };
  }

  #remove(input: Input): undefined {
    const policy = this.#existing(input);
    checkPolicyRevision(input, policy);
    const sid = text(input['StatementId']) ?? '';
    const left = policy.statements.filter((statement) => statement.Sid !== sid);
    if (left.length === policy.statements.length) throw notFound(`Statement ${sid} is not found in resource policy.`);
    if (left.length > 0) this.#put(input, left);
    else this.#options.resources.delete(kind, owner(nameOf(input['LayerName'])), String(versionOf(input)));
    return undefined;
  }

  /** Gives the revision's id. */
  #put(input: Input, statements: readonly Statement[]): string {
    const policy: Policy = { revisionId: randomUUID(), statements };
    this.#options.resources.put(kind, owner(nameOf(input['LayerName'])), policy, String(versionOf(input)));
    return policy.revisionId;
  }

  #get(input: Input): Policy | undefined {
    const { name, version } = this.#version(input);
    return this.#options.resources.get(kind, owner(name), String(version)) as Policy | undefined; // written by #put()
  }

  #existing(input: Input): Policy {
    const policy = this.#get(input);
    if (!policy) throw notFound('No policy is associated with the given resource.');
    return policy;
  }

  #version(input: Input): { name: string; version: number } {
    const name = nameOf(input['LayerName']);
    const version = versionOf(input);
    if (!this.#options.store.get(name, version))
      throw notFound(`Layer version ${layerArn(this.#options.where, name)}:${version} does not exist.`);
    return { name, version };
  }
}

import { membersOf } from '../http/query-xml.ts';
import { ServiceError } from '../http/service-error.ts';
import { invalid } from './iam-errors.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The members of an operation's input, checked. */
export interface IamInput {
  /** Of a member that the operation needs. */
  text(name: string): string;
  optional(name: string): string | undefined;
  readonly tags: readonly Tag[];
  readonly tagKeys: readonly string[];
}

interface Constraint {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What a name may hold, as the service says it; absent: the pattern itself is told. */
  readonly holds?: string;
}

const name: Omit<Constraint, 'max'> = {
  min: 1,
  pattern: /^[\w+=,.@-]+$/,
  holds: 'alphanumeric characters and/or the following: +=,.@_-',
};
const policy: Constraint = { min: 1, max: 131_072 };
const pathPattern = /^(?:\/|\/[\u0021-\u007e]+\/)$/;

/** Source: the published model of IAM. */
const constraints: Readonly<Record<string, Constraint>> = {
  RoleName: { ...name, max: 64 },
  PolicyName: { ...name, max: 128 },
  PolicyArn: { min: 20, max: 2048 },
  Path: { min: 1, max: 512, pattern: pathPattern, holds: 'characters from ! to ~, and must begin and end with /' },
  PathPrefix: { min: 1, max: 512, pattern: /^\/[\u0021-\u007f]*$/ },
  Description: { max: 1000 },
  AssumeRolePolicyDocument: policy,
  PolicyDocument: policy,
  PermissionsBoundary: { min: 20, max: 2048 },
  Marker: { min: 1, max: 320 },
};

const needed: Readonly<Record<string, readonly string[]>> = {
  CreateRole: ['RoleName', 'AssumeRolePolicyDocument'],
  ListRoles: [],
  UpdateAssumeRolePolicy: ['RoleName', 'PolicyDocument'],
  UpdateRoleDescription: ['RoleName', 'Description'],
  AttachRolePolicy: ['RoleName', 'PolicyArn'],
  DetachRolePolicy: ['RoleName', 'PolicyArn'],
  PutRolePolicy: ['RoleName', 'PolicyName', 'PolicyDocument'],
  GetRolePolicy: ['RoleName', 'PolicyName'],
  DeleteRolePolicy: ['RoleName', 'PolicyName'],
};

/** Throws ValidationError in the service's words. */
export function readInput(action: string, form: URLSearchParams): IamInput {
  const missing = (needed[action] ?? ['RoleName']).filter((member) => form.get(member) === null);
  if (missing.length > 0) throw problems(missing.map((one) => `Value null at '${lower(one)}' failed to satisfy constraint: Member must not be null`)); // prettier-ignore
  for (const [member, constraint] of Object.entries(constraints)) {
    const value = form.get(member);
    if (value !== null) check(member, value, constraint);
  }
  return {
    text: (member) => form.get(member) ?? '',
    optional: (member) => form.get(member) ?? undefined,
    tags: membersOf(form, 'Tags').map(readTag),
    tagKeys: membersOf(form, 'TagKeys').map((each) => each[''] ?? ''),
  };
}

function check(member: string, value: string, { min = 0, max, pattern, holds }: Constraint): void {
  const told = (what: string): ServiceError =>
    problems([
      `Value '${value.slice(0, 1024)}' at '${lower(member)}' failed to satisfy constraint: Member must ${what}`,
    ]);
  if (value.length < min) throw told(`have length greater than or equal to ${min}`);
  if (max !== undefined && value.length > max) throw told(`have length less than or equal to ${max}`);
  if (!pattern || pattern.test(value)) return;
  if (holds === undefined) throw told(`satisfy regular expression pattern: ${pattern.source}`);
  throw invalid(`The specified value for ${lower(member)} is invalid. It must contain only ${holds}`);
}

function readTag({ Key = '', Value = '' }: Record<string, string>): Tag {
  if (Key === '' || Key.length > 128 || Value.length > 256)
    throw invalid('A tag has a Key of 1 to 128 characters, and a Value of at most 256.');
  if (/^aws:/i.test(Key))
    throw new ServiceError('InvalidInput', 400, 'System tags cannot be added/updated by requester');
  return { Key, Value };
}

function problems(all: readonly string[]): ServiceError {
  return invalid(`${all.length} validation error${all.length === 1 ? '' : 's'} detected: ${all.join('; ')}`);
}

const lower = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);

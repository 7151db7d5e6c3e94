import { randomInt } from 'node:crypto';
import { ServiceError } from '../http/service-error.ts';
import { deleteConflict, invalid, limitExceeded } from './iam-errors.ts';
import type { IamInput, Tag } from './iam-input.ts';
import { iamPage } from './iam-page.ts';
import type { IamOperations } from './iam-service.ts';
import { checkPolicy } from './policy-document.ts';
import type { Role, RoleStore } from './role-store.ts';

export interface RolesOptions {
  readonly store: RoleStore;
  readonly accountId: string;
}

const maxTrustBytes = 2048;
const maxTags = 50;
const seconds = { least: 3600, most: 43_200 };

/** The role resource: create, read, list, update, delete, tags. */
export class Roles {
  readonly operations: IamOperations;
  readonly #options: RolesOptions;

  constructor(options: RolesOptions) {
    this.#options = options;
    const { store } = options;
    const find = (input: IamInput): Role => store.get(input.text('RoleName'));
    this.operations = {
      CreateRole: (input) => ({ Role: this.#create(input) }),
      GetRole: (input) => ({ Role: { ...this.#describe(find(input)), RoleLastUsed: {} } }),
      ListRoles: (input) => {
        const prefix = input.optional('PathPrefix') ?? '/';
        const found = store.list().filter(({ path }) => path.startsWith(prefix));
        const { page, marks } = iamPage(input, found, ({ name }) => name);
        return { Roles: page.map((role) => ({ ...this.#describe(role), Tags: undefined })), ...marks };
      },
      UpdateRole: (input) => {
        const role = find(input);
        store.put({
          ...role,
          description: input.optional('Description') ?? role.description,
          maxSessionSeconds: sessionSeconds(input) ?? role.maxSessionSeconds,
        });
        return {};
      },
      UpdateRoleDescription: (input) => {
        const changed = { ...find(input), description: input.text('Description') };
        store.put(changed);
        return { Role: this.#describe(changed) };
      },
      UpdateAssumeRolePolicy: (input) => {
        store.put({ ...find(input), trust: readTrust(input.text('PolicyDocument')) });
        return undefined;
      },
      DeleteRole: (input) => {
        const role = find(input);
        if (role.attached.length > 0) throw deleteConflict('detach all policies');
        if (Object.keys(role.inline).length > 0) throw deleteConflict('delete policies');
        store.delete(role);
        return undefined;
      },
      TagRole: (input) => {
        const role = find(input);
        const given = new Set(input.tags.map(({ Key }) => Key));
        store.put({ ...role, tags: checkTags([...role.tags.filter(({ Key }) => !given.has(Key)), ...input.tags]) });
        return undefined;
      },
      UntagRole: (input) => {
        const role = find(input);
        store.put({ ...role, tags: role.tags.filter(({ Key }) => !input.tagKeys.includes(Key)) });
        return undefined;
      },
      ListRoleTags: (input) => {
        const { page, marks } = iamPage(input, find(input).tags, ({ Key }) => Key);
        return { Tags: page, ...marks };
      },
      // There are none here; who deletes a role asks for them first.
      ListInstanceProfilesForRole: (input) => {
        find(input);
        return { InstanceProfiles: [], IsTruncated: false };
      },
    };
  }

  #create(input: IamInput): object {
    const role: Role = {
      name: input.text('RoleName'),
      path: input.optional('Path') ?? '/',
      id: `AROA${Array.from({ length: 17 }, () => idLetters[randomInt(idLetters.length)]).join('')}`,
      created: new Date().toISOString().replace(/\.\d+/, ''),
      trust: readTrust(input.text('AssumeRolePolicyDocument')),
      description: input.optional('Description'),
      maxSessionSeconds: sessionSeconds(input) ?? seconds.least,
      boundary: input.optional('PermissionsBoundary'),
      tags: checkTags(input.tags),
      attached: [],
      inline: {},
    };
    this.#options.store.add(role);
    return this.#describe(role);
  }

  #describe(role: Role): object {
    return {
      Path: role.path,
      RoleName: role.name,
      RoleId: role.id,
      Arn: `arn:aws:iam::${this.#options.accountId}:role${role.path}${role.name}`,
      CreateDate: role.created,
      AssumeRolePolicyDocument: encodeURIComponent(role.trust),
      Description: role.description,
      MaxSessionDuration: role.maxSessionSeconds,
      PermissionsBoundary: role.boundary && {
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: role.boundary,
      },
      Tags: role.tags.length > 0 ? role.tags : undefined,
    };
  }
}

const idLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function readTrust(document: string): string {
  checkPolicy(document, 'trust');
  // Blanks do not count.
  if (document.replace(/\s/g, '').length > maxTrustBytes)
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${maxTrustBytes}`);
  return document;
}

function sessionSeconds(input: IamInput): number | undefined {
  const given = input.optional('MaxSessionDuration');
  if (given === undefined) return undefined;
  const { least, most } = seconds;
  if (/^\d{1,9}$/.test(given) && Number(given) >= least && Number(given) <= most) return Number(given);
  throw invalid(`The value of maxSessionDuration is a number of seconds from ${least} to ${most}, not ${given}.`);
}

function checkTags(tags: readonly Tag[]): readonly Tag[] {
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw new ServiceError(
      'InvalidInput',
      400,
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  if (tags.length > maxTags) throw limitExceeded(`Cannot exceed quota for TagsPerRole: ${maxTags}`);
  return tags;
}

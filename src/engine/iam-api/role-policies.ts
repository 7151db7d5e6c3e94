import { limitExceeded, noSuchEntity } from './iam-errors.ts';
import type { IamInput } from './iam-input.ts';
import { iamPage } from './iam-page.ts';
import type { IamOperations } from './iam-service.ts';
import { checkPolicy } from './policy-document.ts';
import type { Role, RoleStore } from './role-store.ts';

const maxAttached = 10;
const maxInlineBytes = 10_240;

/** Policies of roles: inline ones, and attachments of AWS's managed ones (customers' own are not kept here). */
export class RolePolicies {
  readonly operations: IamOperations;
  readonly #store: RoleStore;

  constructor(store: RoleStore) {
    this.#store = store;
    const find = (input: IamInput): Role => store.get(input.text('RoleName'));
    this.operations = {
      AttachRolePolicy: (input) => this.#attach(find(input), input.text('PolicyArn')),
      DetachRolePolicy: (input) => this.#detach(find(input), input.text('PolicyArn')),
      ListAttachedRolePolicies: (input) => {
        const all = find(input).attached.map((arn) => ({ PolicyName: arn.split('/').at(-1) ?? '', PolicyArn: arn }));
        const { page, marks } = iamPage(input, all, ({ PolicyArn }) => PolicyArn);
        return { AttachedPolicies: page, ...marks };
      },
      PutRolePolicy: (input) => this.#put(find(input), input.text('PolicyName'), input.text('PolicyDocument')),
      GetRolePolicy: (input) => {
        const role = find(input);
        const PolicyName = input.text('PolicyName');
        const PolicyDocument = encodeURIComponent(inlineOf(role, PolicyName));
        return { RoleName: role.name, PolicyName, PolicyDocument };
      },
      DeleteRolePolicy: (input) => {
        const role = find(input);
        const gone = input.text('PolicyName');
        inlineOf(role, gone);
        store.put({
          ...role,
          inline: Object.fromEntries(Object.entries(role.inline).filter(([name]) => name !== gone)),
        });
        return undefined;
      },
      ListRolePolicies: (input) => {
        const { page, marks } = iamPage(input, Object.keys(find(input).inline).sort(), (name) => name);
        return { PolicyNames: page, ...marks };
      },
    };
  }

  #attach(role: Role, arn: string): undefined {
    if (!/^arn:aws:iam::aws:policy\/[\w+=,.@/-]+$/.test(arn))
      throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    if (role.attached.includes(arn)) return;
    if (role.attached.length >= maxAttached)
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${maxAttached}`);
    this.#store.put({ ...role, attached: [...role.attached, arn] });
  }

  #detach(role: Role, arn: string): undefined {
    if (!role.attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
    this.#store.put({ ...role, attached: role.attached.filter((each) => each !== arn) });
  }

  #put(role: Role, name: string, document: string): undefined {
    checkPolicy(document, 'identity');
    const inline = Object.fromEntries([
      ...Object.entries(role.inline).filter(([each]) => each !== name),
      [name, document],
    ]);
    // Blanks do not count.
    const bytes = Object.values(inline).reduce((sum, each) => sum + each.replace(/\s/g, '').length, 0);
    if (bytes > maxInlineBytes)
      throw limitExceeded(`Maximum policy size of ${maxInlineBytes} bytes exceeded for role ${role.name}`);
    this.#store.put({ ...role, inline });
  }
}

function inlineOf(role: Role, name: string): string {
  const document = Object.hasOwn(role.inline, name) ? role.inline[name] : undefined;
  if (document === undefined) throw noSuchEntity(`The role policy with name ${name} cannot be found.`);
  return document;
}

import type { ResourceStore } from '../store/resource-store.ts';
import { IamService } from './iam-service.ts';
import { RolePolicies } from './role-policies.ts';
import { RoleStore } from './role-store.ts';
import { Roles } from './roles.ts';

/** IAM with all that is served of it. */
export function iamService({
  resources,
  accountId,
  reportFault,
}: {
  readonly resources: ResourceStore;
  readonly accountId: string;
  readonly reportFault: (error: unknown) => void;
}): IamService {
  const store = new RoleStore(resources);
  const { operations } = new Roles({ store, accountId });
  return new IamService({ operations: { ...operations, ...new RolePolicies(store).operations }, reportFault });
}

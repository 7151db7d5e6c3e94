import { ServiceError } from '../http/service-error.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { noSuchEntity } from './iam-errors.ts';
import type { Tag } from './iam-input.ts';

/** A role as the engine keeps it. */
export interface Role {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  /** ISO 8601, to the second. */
  readonly created: string;
  /** JSON. */
  readonly trust: string;
  readonly description?: string | undefined;
  readonly maxSessionSeconds: number;
  readonly boundary?: string | undefined;
  readonly tags: readonly Tag[];
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  /** Inline policies as JSON, by name. */
  readonly inline: Readonly<Record<string, string>>;
}

const kind = 'role';
const asRole = (stored: unknown): Role => stored as Role; // written by put()

/** Roles by name; IAM does not tell names apart by their case. */
export class RoleStore {
  readonly #resources: ResourceStore;

  constructor(resources: ResourceStore) {
    this.#resources = resources;
  }

  /** Throws EntityAlreadyExists. */
  add(role: Role): void {
    if (this.#find(role.name))
      throw new ServiceError('EntityAlreadyExists', 409, `Role with name ${role.name} already exists.`);
    this.put(role);
  }

  /** Throws NoSuchEntity. */
  get(name: string): Role {
    const found = this.#find(name);
    if (!found) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return found;
  }

  put(role: Role): void {
    this.#resources.put(kind, role.name, role);
  }

  delete({ name }: Role): void {
    this.#resources.delete(kind, name);
  }

  /** In the order of their names. */
  list(): Role[] {
    return this.#resources.all(kind).map(({ document }) => asRole(document));
  }

  #find(name: string): Role | undefined {
    return this.list().find((role) => role.name.toLowerCase() === name.toLowerCase());
  }
}

import { conflict } from '../http/service-error.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { asAlias } from './alias-document.ts';

/**
 * A version has one configuration of provisioned concurrency: its own, or that of one alias that points to it. Throws
 * ResourceConflictException where `qualifier` would bring a second one.
 * Source: "Configuring provisioned concurrency for a function" in the AWS Lambda Developer Guide.
 */
export function refuseSecondConfiguration(
  resources: ResourceStore,
  functionName: string,
  { qualifier, version }: { readonly qualifier: string; readonly version: string },
): void {
  const configured = resources
    .list('provisioned', functionName)
    .map((each) => each.qualifier)
    .filter((each) => each !== qualifier);
  if (qualifier !== version && configured.includes(version)) throw alreadyProvisioned();
  const aliases = configured.filter((each) => {
    const alias = resources.get('alias', functionName, each);
    return alias !== undefined && asAlias(alias).functionVersion === version;
  });
  if (aliases.length === 0) return;
  throw qualifier === version
    ? conflict('Version is pointed by a Provisioned Concurrency alias')
    : alreadyProvisioned();
}

const alreadyProvisioned = (): Error =>
  conflict("Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version");

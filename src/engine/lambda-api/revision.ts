import { randomUUID } from 'node:crypto';
import { ServiceError } from '../http/service-error.ts';
import type { FunctionRecord } from '../store/function-store.ts';
import { text } from './desired.ts';

/** But for what every version has of its own. */
export function isSameVersion(a: FunctionRecord, b: FunctionRecord): boolean {
  const content = (record: FunctionRecord): string =>
    JSON.stringify({ ...record, version: '', description: '', revisionId: '', lastModified: '', tags: {} });
  return content(a) === content(b);
}

/** Throws PreconditionFailedException where an input names another revision than there is. */
export function checkRevision(input: Readonly<Record<string, unknown>>, record: { readonly revisionId: string }): void {
  const given = text(input['RevisionId']);
  if (given && given !== record.revisionId) {
    throw new ServiceError(
      'PreconditionFailedException',
      412,
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    );
  }
}

/** Of something that has just changed. */
export function revision(): Pick<FunctionRecord, 'revisionId' | 'lastModified'> {
  return { revisionId: randomUUID(), lastModified: new Date().toISOString().replace('Z', '+0000') };
}

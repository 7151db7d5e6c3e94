import { ServiceError } from '../http/service-error.ts';
import type { LogStore } from '../store/log-store.ts';

export const invalidLogsParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterException', 400, message);

/** The log group an input names, by name or by ARN. Throws where it is missing or does not exist. */
export function resolveGroup(store: LogStore, input: Readonly<Record<string, unknown>>): string {
  const identifier = optionalText(input['logGroupName']) ?? optionalText(input['logGroupIdentifier']);
  if (!identifier) throw invalidLogsParameter('Either logGroupName or logGroupIdentifier is needed.');
  const name = identifier.startsWith('arn:')
    ? identifier.split(':').slice(6).join(':').replace(/:\*$/, '')
    : identifier;
  if (!store.hasGroup(name))
    throw new ServiceError('ResourceNotFoundException', 400, 'The specified log group does not exist.');
  return name;
}

export const optionalText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
export const optionalNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
export const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

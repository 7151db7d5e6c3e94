import { ServiceError } from '../http/service-error.ts';

export const invalid = (message: string): ServiceError => new ServiceError('ValidationError', 400, message);
export const noSuchEntity = (message: string): ServiceError => new ServiceError('NoSuchEntity', 404, message);
export const malformedPolicy = (message: string): ServiceError =>
  new ServiceError('MalformedPolicyDocument', 400, message);
export const deleteConflict = (what: string): ServiceError =>
  new ServiceError('DeleteConflict', 409, `Cannot delete entity, must ${what} first.`);
export const limitExceeded = (message: string): ServiceError => new ServiceError('LimitExceeded', 409, message);

/** An error as an AWS service answers it: a code from the service model, a status, and the service's wording. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the error's shape, such as `Reason` of TooManyRequestsException. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

export const invalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterValueException', 400, message);
export const notFound = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', 404, message);
export const conflict = (message: string): ServiceError => new ServiceError('ResourceConflictException', 409, message);

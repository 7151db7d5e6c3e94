import { ServiceError } from '../http/service-error.ts';

export const invalidValue = (message: string): ServiceError => new ServiceError('InvalidParameterValue', 400, message);
export const missing = (message: string): ServiceError => new ServiceError('MissingParameter', 400, message);
export const invalidCombination = (message: string): ServiceError =>
  new ServiceError('InvalidParameterCombination', 400, message);
export const invalidToken = (): ServiceError =>
  new ServiceError('InvalidNextToken', 400, 'The service has no page for this NextToken. Begin anew without one.');
export const invalid = (message: string): ServiceError => new ServiceError('ValidationError', 400, message);

/** The shapes' names where they differ from the codes that the query protocol has. */
const shapes: Readonly<Record<string, string>> = {
  InvalidParameterValue: 'InvalidParameterValueException',
  MissingParameter: 'MissingRequiredParameterException',
  InvalidParameterCombination: 'InvalidParameterCombinationException',
  ValidationError: 'ValidationException',
};

export const shapeOf = ({ code }: ServiceError): string => shapes[code] ?? code;

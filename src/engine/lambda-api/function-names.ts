import { invalidParameter, notFound, ServiceError } from '../http/service-error.ts';

export interface FunctionReference {
  readonly name: string;
  readonly qualifier: string | undefined;
}

/**
 * Reads a function's name, partial ARN or ARN, with or without a qualifier, as the API's FunctionName takes it.
 * Throws where it names another region, or says another qualifier than the one given beside it.
 */
export function readFunctionReference(text: string, qualifier: string | undefined, region: string): FunctionReference {
  const parts = text.split(':');
  let name = parts[0] ?? '';
  let ownQualifier = parts[1];
  const at = parts.indexOf('function');
  if (at >= 0) {
    name = parts[at + 1] ?? '';
    ownQualifier = parts[at + 2];
    const given = parts[0] === 'arn' ? parts[3] : undefined;
    if (given && given !== region)
      throw notFound(`Functions from '${given}' are not reachable in this region ('${region}')`);
  } else if (parts.length === 3 || /^\d{12}$/.test(name)) {
    name = parts[1] ?? '';
    ownQualifier = parts[2];
  }
  if (qualifier && ownQualifier && qualifier !== ownQualifier) {
    throw invalidParameter('The derived qualifier from the function name does not match the specified qualifier.');
  }
  return { name, qualifier: qualifier ?? ownQualifier };
}

/** Of a function that is to be created. Throws for a version or an alias, and for a name of more than 64 characters. */
export function readNewName({ name, qualifier }: FunctionReference): string {
  if (qualifier !== undefined)
    throw invalidParameter(
      `A function is created without a version or an alias, but ${qualifier} was given. Leave it out.`,
    );
  if (name.length <= 64) return name;
  throw new ServiceError(
    'ValidationException',
    400,
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
  );
}

import { isCancellation, Problem } from '../problem.ts';
import type { Target } from './target.ts';

/** Runs a step that speaks to `target` and turns what the SDK throws into a Problem that says what to do next. */
export async function withAwsProblems<T>(target: Target, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Problem || isCancellation(error)) throw error;
    throw toProblem(error, target);
  }
}

export function toProblem(error: unknown, target: Target): Problem {
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : String(error);
  const connection = connectionCode(error);
  const problem = (code: string, sentence: string): Problem => new Problem(code, sentence, { cause: error });
  const profile = target.profile ? ` --profile ${target.profile}` : '';
  const where = target.endpoint ?? target.label;
  if (
    connection === 'ECONNREFUSED' ||
    connection === 'ENOTFOUND' ||
    connection === 'EHOSTUNREACH' ||
    connection === 'ECONNRESET'
  ) {
    return problem(
      'TargetUnreachable',
      `Nothing answers at ${where} (${connection}). Check that it runs, or choose another target.`,
    );
  }
  if (name === 'TimeoutError' || connection === 'ETIMEDOUT') {
    return problem(
      'TargetUnreachable',
      `${where} does not answer in time. Check the network, or choose another target.`,
    );
  }
  if (
    /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/.test(name) ||
    /token.*expired|session.*expired|expired.*(token|session)/i.test(message)
  ) {
    return problem(
      'CredentialsExpired',
      `The credentials for ${target.label} have expired. Get new ones (for example: aws sso login${profile}) and try again.`,
    );
  }
  if (/CredentialsProviderError|TokenProviderError/.test(name)) {
    return problem(
      'CredentialsMissing',
      `No usable credentials for ${target.label}: ${message} Set them up (for example: aws configure${profile}) or choose another target.`,
    );
  }
  if (
    /UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|MissingAuthenticationToken/.test(
      name,
    )
  ) {
    return problem('CredentialsRefused', `${target.label} refuses the credentials: ${message}`);
  }
  if (/AccessDenied/.test(name)) return problem('AccessDenied', `${target.label} does not allow this: ${message}`);
  if (name === 'ResourceNotFoundException') return problem('NotFound', `${message} (${target.label})`);
  if (/^(TooManyRequestsException|Throttling(Exception)?)$/.test(name)) {
    const told = [message, ...whyThrottled(error)].join(' ');
    return problem('Throttled', `${target.label} throttles: ${told} Try again in a moment.`);
  }
  return problem(name || 'AwsError', message);
}

/** By the reasons that Lambda gives (`ThrottleReason` of its API). */
const throttleReasons: Readonly<Record<string, string>> = {
  ReservedFunctionConcurrentInvocationLimitExceeded: "All of the function's reserved concurrency is in use.",
  ConcurrentInvocationLimitExceeded: "All of the account's unreserved concurrency is in use.",
  ReservedFunctionInvocationRateLimitExceeded:
    "There are too many invocations a second for the function's concurrency.",
  FunctionInvocationRateLimitExceeded: "There are too many invocations a second for the account's concurrency.",
  CallerRateLimitExceeded: 'There are too many requests a second from here.',
};

function whyThrottled(error: unknown): string[] {
  const reason = error instanceof Error && 'Reason' in error ? error.Reason : undefined;
  const sentence =
    typeof reason === 'string' && Object.hasOwn(throttleReasons, reason) ? throttleReasons[reason] : undefined;
  return sentence === undefined ? [] : [sentence];
}

/** The code of a connection's failure, which Node may hide in an aggregate or a cause. */
function connectionCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)) return error.code;
  if (error instanceof AggregateError) return connectionCode(error.errors[0]);
  return connectionCode(error.cause);
}

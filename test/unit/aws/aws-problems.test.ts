import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toProblem, withAwsProblems } from '../../../src/aws/aws-problems.ts';

const target = { label: 'AWS · work', profile: 'work' };
const failure = (name: string, message = 'said the service', more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

it('what the SDK throws becomes a sentence that says what to do', () => {
  const cases: [error: Error, code: string, says: RegExp][] = [
    [failure('ExpiredTokenException'), 'CredentialsExpired', /aws sso login --profile work/],
    [failure('Error', 'The SSO session associated with this profile has expired'), 'CredentialsExpired', /sso login/],
    [
      failure('CredentialsProviderError', 'Could not load credentials'),
      'CredentialsMissing',
      /aws configure --profile work/,
    ],
    [failure('InvalidSignatureException'), 'CredentialsRefused', /refuses the credentials/],
    [failure('AccessDeniedException', 'not authorized to perform: lambda:X'), 'AccessDenied', /lambda:X/],
    [failure('ResourceNotFoundException', 'Function not found: f'), 'NotFound', /Function not found: f/],
    [failure('TooManyRequestsException', 'Rate exceeded'), 'Throttled', /Try again in a moment/],
    [failure('ThrottlingException', 'Rate exceeded.'), 'Throttled', /throttles: Rate exceeded\. Try again/],
    [
      failure('TooManyRequestsException', 'Rate Exceeded.', {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      }),
      'Throttled',
      /throttles: Rate Exceeded\. All of the function's reserved concurrency is in use\. Try again in a moment\./,
    ],
    [failure('TooManyRequestsException', 'No.', { Reason: 'toString' }), 'Throttled', /throttles: No\. Try again/],
    [failure('TimeoutError'), 'TargetUnreachable', /does not answer in time/],
    [
      failure('Error', 'connect', { code: 'ECONNREFUSED' }),
      'TargetUnreachable',
      /Nothing answers at AWS · work \(ECONNREFUSED\)/,
    ],
    [failure('Error', 'x', { cause: failure('Error', 'y', { code: 'ENOTFOUND' }) }), 'TargetUnreachable', /ENOTFOUND/],
  ];
  for (const [error, code, says] of cases) {
    const problem = toProblem(error, target);
    assert.equal(problem.code, code, error.name);
    assert.match(problem.message, says);
    assert.equal(problem.cause, error);
  }
});

it('a cancellation stays one', async () => {
  const abort = new AbortController();
  abort.abort();
  await assert.rejects(
    withAwsProblems(target, () => Promise.reject(abort.signal.reason)),
    { name: 'AbortError' },
  );
});

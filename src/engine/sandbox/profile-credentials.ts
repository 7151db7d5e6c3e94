import { invalidParameter } from '../http/service-error.ts';

/** What functions sign their requests with. */
export interface FunctionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** With credentials of AWS: functions then call AWS itself. */
  readonly ofAws?: { readonly sessionToken?: string | undefined };
}

/**
 * The credentials of an AWS profile, whatever it has them from; asked for with each new environment, and renewed by the SDK when they
 * have run out. Throws InvalidParameterValueException, which says what to do, where there are none.
 */
export function profileCredentials(profile: string): () => Promise<FunctionCredentials> {
  let provider: (() => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>) | undefined;
  return async () => {
    try {
      provider ??= (await import('@aws-sdk/credential-providers')).fromNodeProviderChain({ profile });
      const { accessKeyId, secretAccessKey, sessionToken } = await provider();
      return { accessKeyId, secretAccessKey, ofAws: { sessionToken } };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw invalidParameter(
        `Functions are to have the credentials of the AWS profile ${profile}, and there are none: ${reason} Sign in (such as with aws sso login --profile ${profile}), or start the local Lambda without --function-profile.`,
      );
    }
  };
}

// The only room that builds SDK clients. What a target is decides their endpoint and credentials, and nothing else does.
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { Problem } from '../problem.ts';
import { findRegion } from './shared-config.ts';
import type { Target } from './target.ts';

const connectionTimeout = 3000;
/** A service that keeps silent for so long does not answer any more. An upload that moves is not silent. */
const silence = { connectionTimeout, socketTimeout: 20_000 };
/** For what may rightly be silent for long: a function at work. */
const patience = { connectionTimeout, socketTimeout: 0 };

interface ClientConfiguration {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
  readonly profile?: string;
  /** Live Tail's host gets a prefix on AWS, which an endpoint of one's own cannot have. */
  readonly disableHostPrefix?: boolean;
}

async function configurationOf(target: Target): Promise<ClientConfiguration> {
  const region = target.region ?? (await findRegion(target.profile));
  if (!region) {
    throw new Problem(
      'RegionMissing',
      `No region is set for ${target.label}. Name one with --region, or in the profile of your AWS config.`,
    );
  }
  return {
    region,
    ...(target.endpoint && { endpoint: target.endpoint, disableHostPrefix: true }),
    ...(target.credentials && { credentials: { ...target.credentials } }),
    ...(target.profile && { profile: target.profile }),
  };
}

export async function lambdaClient(target: Target): Promise<LambdaClient> {
  const { LambdaClient: Client } = await import('@aws-sdk/client-lambda');
  return new Client({ ...(await configurationOf(target)), maxAttempts: 3, requestHandler: silence });
}

/** For Invoke alone: one attempt and no limit of time, or a slow function would run several times. */
export async function invokeClient(target: Target): Promise<LambdaClient> {
  const { LambdaClient: Client } = await import('@aws-sdk/client-lambda');
  return new Client({ ...(await configurationOf(target)), maxAttempts: 1, requestHandler: patience });
}

export async function logsClient(target: Target): Promise<CloudWatchLogsClient> {
  const { CloudWatchLogsClient: Client } = await import('@aws-sdk/client-cloudwatch-logs');
  return new Client({ ...(await configurationOf(target)), maxAttempts: 2, requestHandler: silence });
}

export async function metricsClient(target: Target): Promise<CloudWatchClient> {
  const { CloudWatchClient: Client } = await import('@aws-sdk/client-cloudwatch');
  return new Client({ ...(await configurationOf(target)), maxAttempts: 2, requestHandler: silence });
}

import { StartLiveTailCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';

/** Follows a log group until its messages satisfy `enough`. `started` resolves when the session has begun. */
export function followUntil(
  client: CloudWatchLogsClient,
  group: string,
  enough: (messages: readonly string[]) => boolean,
): { readonly started: Promise<void>; readonly messages: Promise<string[]> } {
  const { promise: started, resolve } = Promise.withResolvers<void>();
  const follow = async (): Promise<string[]> => {
    const abort = new AbortController();
    const identifier = `arn:aws:logs:us-east-1:000000000000:log-group:${group}`;
    const { responseStream } = await client.send(new StartLiveTailCommand({ logGroupIdentifiers: [identifier] }), {
      abortSignal: abort.signal,
    });
    const messages: string[] = [];
    for await (const event of responseStream ?? []) {
      if (event.sessionStart) resolve();
      messages.push(...(event.sessionUpdate?.sessionResults ?? []).map((result) => result.message ?? ''));
      if (enough(messages)) break;
    }
    abort.abort();
    return messages;
  };
  return { started, messages: follow() };
}

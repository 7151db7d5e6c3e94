// Events that Lambda gives up, as it sends them to a dead-letter queue.
// Source: "Adding a dead-letter queue" in "Capturing records of Lambda asynchronous invocations", AWS Lambda Developer Guide; the
// shapes of events in "Using Lambda with Amazon SQS" and "… with Amazon SNS".
import { createHash, randomUUID } from 'node:crypto';
import type { Handled } from './destination-record.ts';

export interface DeadLetterTarget {
  readonly arn: string;
  readonly service: 'sqs' | 'sns';
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
}

/** Of a message in a queue or topic, in this order. */
interface Attribute {
  readonly name: 'RequestID' | 'ErrorCode' | 'ErrorMessage';
  readonly type: 'String' | 'Number';
  readonly value: string;
}

const maxErrorMessageBytes = 1024;

/** The queue or topic that an ARN names, or undefined where it names something else. */
export function readDeadLetterTarget(arn: string): DeadLetterTarget | undefined {
  const [, service, region = '', accountId = '', name = ''] =
    /^arn:aws[a-z-]*:(sqs|sns):([a-z0-9-]+):(\d{12}):([\w.-]+)$/.exec(arn) ?? [];
  return service === 'sqs' || service === 'sns' ? { arn, service, region, accountId, name } : undefined;
}

/** The line about it in the log of the function that failed. */
export function deadLetterLine({ arn }: DeadLetterTarget, handled: Handled, deliveredTo: string | undefined): string {
  const attributes = attributesOf(handled).map(({ name, value }) => `${name}: ${value}`);
  const whereTo = deliveredTo === undefined ? 'Delivered: to nobody' : `Delivered: to the function ${deliveredTo}`;
  return `DEAD_LETTER Target: ${arn}\t${attributes.join('\t')}\t${whereTo}\n`;
}

/** What a function gets that reads the queue or has subscribed to the topic. */
export function deadLetterEvent(target: DeadLetterTarget, handled: Handled): Buffer {
  const record = target.service === 'sqs' ? queueRecord(target, handled) : topicRecord(target, handled);
  return Buffer.from(JSON.stringify({ Records: [record] }));
}

function queueRecord({ arn, region, accountId }: DeadLetterTarget, handled: Handled): unknown {
  const body = handled.event.payload.toString('utf8');
  const now = String(Date.now());
  return {
    messageId: randomUUID(),
    receiptHandle: randomUUID(),
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: now,
      SenderId: accountId,
      ApproximateFirstReceiveTimestamp: now,
    },
    messageAttributes: Object.fromEntries(
      attributesOf(handled).map(({ name, type, value }) => [
        name,
        { stringValue: value, stringListValues: [], binaryListValues: [], dataType: type },
      ]),
    ),
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  };
}

function topicRecord({ arn }: DeadLetterTarget, handled: Handled): unknown {
  return {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: `${arn}:${randomUUID()}`,
    Sns: {
      Type: 'Notification',
      MessageId: randomUUID(),
      TopicArn: arn,
      Subject: null,
      Message: handled.event.payload.toString('utf8'),
      Timestamp: new Date().toISOString(),
      MessageAttributes: Object.fromEntries(
        attributesOf(handled).map(({ name, type, value }) => [name, { Type: type, Value: value }]),
      ),
    },
  };
}

function attributesOf({ event, outcome, condition }: Handled): Attribute[] {
  const message = outcome ? errorMessageOf(outcome.payload) : condition;
  return [
    { name: 'RequestID', type: 'String', value: event.requestId },
    // A function that fails is answered with 200; one that was not run has no answer.
    ...(outcome ? [{ name: 'ErrorCode', type: 'Number', value: '200' } as const] : []),
    { name: 'ErrorMessage', type: 'String', value: firstBytes(message, maxErrorMessageBytes) },
  ];
}

function errorMessageOf(payload: Buffer): string {
  const whole = payload.toString('utf8');
  try {
    const parsed: unknown = JSON.parse(whole);
    const message: unknown = typeof parsed === 'object' && parsed !== null && Reflect.get(parsed, 'errorMessage');
    return typeof message === 'string' ? message : whole;
  } catch {
    return whole; // a custom runtime may send anything
  }
}

/** Without half a character at the end. */
const firstBytes = (text: string, bytes: number): string =>
  Buffer.from(text).subarray(0, bytes).toString('utf8').replace(/\ufffd+$/, ''); // prettier-ignore

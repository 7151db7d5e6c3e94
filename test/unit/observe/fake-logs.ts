// A Lambda and CloudWatch Logs of a few operations over real sockets, which a test can drop: what no engine can be made to do.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import type { Target } from '../../../src/aws/target.ts';

export interface FakeEvent {
  readonly timestamp: number;
  readonly message: string;
  readonly logStreamName: string;
}

export type Answer =
  { readonly body: object } | { readonly error: string; readonly message?: string; readonly status?: number };
type Input = Readonly<Record<string, unknown>>;
type Operation = (input: Input) => Answer | Promise<Answer>;

/** A session of Live Tail that is open, by its response. */
export class FakeTail {
  readonly input: Input;
  readonly #response: ServerResponse;
  readonly #codec = new EventStreamCodec(toUtf8, fromUtf8);
  /** Resolves when the client or the network has closed it. */
  readonly closed: Promise<void>;

  constructor(input: Input, response: ServerResponse) {
    this.input = input;
    this.#response = response;
    this.closed = new Promise((resolve) => response.once('close', resolve));
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
    this.#frame(':event-type', 'sessionStart', { sessionId: 's' });
  }

  send(group: string, events: readonly FakeEvent[], { sampled = false } = {}): void {
    const sessionResults = events.map((event) => ({ ...event, logGroupIdentifier: `000000000000:${group}` }));
    this.#frame(':event-type', 'sessionUpdate', { sessionMetadata: { sampled }, sessionResults });
  }

  /** As the service does after three hours. */
  timeOut(): void {
    this.#frame(':exception-type', 'SessionTimeoutException', { message: 'The session has ended.' });
    this.#response.end();
  }

  /** The connection is gone, in the middle of a frame. */
  drop(): void {
    this.#response.write(Buffer.from([0, 0, 0, 200, 0]), () => this.#response.socket?.resetAndDestroy());
  }

  #frame(kind: ':event-type' | ':exception-type', name: string, body: object): void {
    this.#response.write(
      this.#codec.encode({
        headers: {
          ':message-type': { type: 'string', value: kind === ':event-type' ? 'event' : 'exception' },
          [kind]: { type: 'string', value: name },
          ':content-type': { type: 'string', value: 'application/json' },
        },
        body: fromUtf8(JSON.stringify(body)),
      }),
    );
  }
}

/** Every function is there and logs to /aws/lambda/NAME, unless it is in `functionsGone`. */
export class FakeLogs {
  readonly target: Target;
  readonly functionsGone = new Set<string>();
  /** By log group; what has no entry is a group that is not there. */
  readonly stored = new Map<string, FakeEvent[]>();
  /** What else it serves, and what it serves otherwise. Live Tail too, where that is refused. */
  readonly operations: Record<string, Operation> = {};
  readonly requests: { readonly operation: string; readonly input: Input }[] = [];
  readonly #server;
  readonly #waiting: ((tail: FakeTail) => void)[] = [];
  readonly #tails: FakeTail[] = [];
  /** While set, each connection is dropped when it has said what it wants. */
  #isDown = false;

  private constructor(server: ReturnType<typeof createServer>, port: number) {
    this.#server = server;
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    this.target = { label: 'Fake', endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials };
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#receive(request, response));
  }

  static async start(): Promise<FakeLogs> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
    return new FakeLogs(server, address.port);
  }

  /** The next session of Live Tail that has begun. */
  nextTail(): Promise<FakeTail> {
    const tail = this.#tails.shift();
    return tail ? Promise.resolve(tail) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** From now on every connection is dropped, and those that are open. */
  goDown(): void {
    this.#isDown = true;
    this.#server.closeAllConnections();
  }

  comeBack(): void {
    this.#isDown = false;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isDown) {
      request.socket.resetAndDestroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const functionName = /\/functions\/([^/]+)\/configuration/.exec(request.url ?? '')?.[1];
    if (functionName !== undefined) {
      const FunctionArn = `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`;
      const isGone = this.functionsGone.has(functionName);
      if (isGone) response.setHeader('x-amzn-errortype', 'ResourceNotFoundException').writeHead(404);
      response.end(JSON.stringify(isGone ? { message: 'Function not found' } : { FunctionArn }));
      return;
    }
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const input: Input = JSON.parse(Buffer.concat(chunks).toString());
    this.requests.push({ operation, input });
    const answer = (await this.operations[operation]?.(input)) ?? this.#answer(operation, input);
    if (answer === 'tail') {
      const tail = new FakeTail(input, response);
      const waiting = this.#waiting.shift();
      if (waiting) waiting(tail);
      else this.#tails.push(tail);
      return;
    }
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if ('body' in answer) response.end(JSON.stringify(answer.body));
    else
      response
        .writeHead(answer.status ?? 400)
        .end(JSON.stringify({ __type: answer.error, message: answer.message ?? 'No.' }));
  }

  #answer(operation: string, input: Input): Answer | 'tail' {
    const notFound = { error: 'ResourceNotFoundException', message: 'The specified log group does not exist.' };
    if (operation === 'FilterLogEvents') {
      const events = this.stored.get(String(input['logGroupName']));
      const since = Number(input['startTime'] ?? 0);
      return events ? { body: { events: events.filter(({ timestamp }) => timestamp >= since) } } : notFound;
    }
    if (operation === 'StartLiveTail') {
      const groups = (input['logGroupIdentifiers'] as string[]).map((arn) => arn.split(':').at(-1) ?? ''); // as the SDK sends it
      return groups.every((group) => this.stored.has(group)) ? 'tail' : notFound;
    }
    return { error: 'NotImplementedException', status: 501 };
  }
}

// Answers requests to function URLs: who may call, CORS, the event, the invocation, the response.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/body.ts';
import { ServiceError } from '../http/service-error.ts';
import { signedService, type SignatureChecker } from '../http/signature.ts';
import type { InvocationOutcome } from '../sandbox/outcome.ts';
import type { ResponseSink } from '../runtime-api/response-body.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import { StreamedUrlResponse } from './streamed-url-response.ts';
import type { UrlConfig } from './url-config.ts';
import { urlEvent } from './url-event.ts';
import { inferResponse, type HttpAnswer } from './url-response.ts';

export interface UrlGatewayOptions {
  /** Runs the function, or what its alias points to; throws a ServiceError where it is throttled or gone. */
  readonly invoke: (
    config: UrlConfig,
    event: { requestId: string; traceId: string; payload: Buffer; stream?: ResponseSink },
  ) => Promise<InvocationOutcome>;
  /** The trace header of a request to a function; throws a ServiceError where it goes round in a loop. */
  readonly trace: (functionName: string, header: string | undefined) => string;
  /** Absent: any credentials are accepted. */
  readonly signatures?: SignatureChecker;
  readonly accountId: string;
  readonly reportFault: (error: unknown) => void;
}

const maxBodyBytes = 6_291_456;
/** Node frames the answer itself. */
const framing = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);
const json = { 'content-type': 'application/json' };

export class UrlGateway {
  readonly #options: UrlGatewayOptions;

  constructor(options: UrlGatewayOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async serve(config: UrlConfig, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    response.setHeader('x-amzn-requestid', requestId);
    try {
      refuseForeignHost(message, config.port);
      const body = await readBody(message, maxBodyBytes, 'InvokeFunction');
      for (const [name, value] of Object.entries(config.cors ? corsHeaders(config.cors, message.headers.origin) : {}))
        response.setHeader(name, value);
      if (config.cors && isPreflight(message.method, message.headers)) {
        response.writeHead(200, { ...preflightHeaders(config.cors, message.headers), 'content-length': 0 }).end();
        return;
      }
      const accessKeyId = config.authType === 'AWS_IAM' ? this.#authenticate(message, body) : undefined;
      await this.#invoke(config, { message, response, body, requestId, ...(accessKeyId && { accessKeyId }) });
    } catch (error) {
      this.#answerError(response, error);
    }
  }

  #authenticate(message: IncomingMessage, body: Buffer): string {
    const { authorization } = message.headers;
    if (!authorization || (this.#options.signatures && signedService(authorization) !== 'lambda')) {
      throw new ServiceError(
        'AccessDeniedException',
        403,
        'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
      );
    }
    this.#options.signatures?.check(message, body);
    return /Credential=([^/,\s]+)/.exec(authorization)?.[1] ?? '';
  }

  async #invoke(
    config: UrlConfig,
    about: {
      message: IncomingMessage;
      response: ServerResponse;
      body: Buffer;
      requestId: string;
      accessKeyId?: string;
    },
  ): Promise<void> {
    const { message, response, requestId } = about;
    const { accountId, trace, invoke } = this.#options;
    const given = message.headers['x-amzn-trace-id'];
    const traceId = trace(config.functionName, Array.isArray(given) ? given[0] : given);
    const payload = urlEvent({ ...about, config, traceId, accountId });
    const writeHead = (head: Omit<HttpAnswer, 'body'>): void => {
      for (const [name, value] of Object.entries(head.headers))
        if (!framing.has(name) && !(config.cors && name.startsWith('access-control-'))) response.setHeader(name, value);
      if (head.cookies.length > 0) response.setHeader('set-cookie', [...head.cookies]);
      response.setHeader('x-amzn-trace-id', traceId);
      response.writeHead(head.status);
    };
    const stream = config.invokeMode === 'RESPONSE_STREAM' ? new StreamedUrlResponse(response, writeHead) : undefined;
    const event = { requestId, traceId, payload };
    const outcome = await invoke(config, stream ? { ...event, stream } : event);
    if (outcome.functionError) return endWithFunctionError(response);
    if (response.headersSent) {
      response.end();
      return;
    }
    const answer = stream
      ? { status: 200, headers: json, cookies: [], body: outcome.payload }
      : inferResponse(outcome.payload);
    if (!answer) return endWithFunctionError(response);
    response.setHeader('content-length', answer.body.length);
    writeHead(answer);
    response.end(answer.body);
  }

  #answerError(response: ServerResponse, error: unknown): void {
    if (!(error instanceof ServiceError)) this.#options.reportFault(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const known = error instanceof ServiceError ? error : new ServiceError('ServiceException', 502, 'Bad Gateway');
    const text = JSON.stringify({ Message: known.message, ...known.details });
    response.writeHead(known.status, {
      ...json,
      'x-amzn-errortype': known.code,
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  }
}

/** An answer that has begun is cut off, so that nobody takes it for a whole one. */
function endWithFunctionError(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = 'Internal Server Error';
  response.writeHead(502, { ...json, 'content-length': text.length }).end(text);
}

/** A web site must not get here under a name of its own (DNS rebinding), as that would make it the same origin. */
function refuseForeignHost(message: IncomingMessage, port: number): void {
  const host = (message.headers.host ?? '').toLowerCase();
  if (host === `127.0.0.1:${port}` || host === `localhost:${port}`) return;
  throw new ServiceError(
    'AccessDeniedException',
    403,
    `This function URL answers as 127.0.0.1:${port} or localhost:${port}, not as "${host}".`,
  );
}

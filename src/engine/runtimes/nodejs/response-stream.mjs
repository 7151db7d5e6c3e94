// Streamed responses: the stream a handler writes to, and what `awslambda` offers around it.
import { Writable } from 'node:stream';

const streaming = Symbol('streaming');
const preludeType = 'application/vnd.awslambda.http-integration-response';

/** What functions find as the global `awslambda`. */
export const awslambda = {
  /** Marks a handler (event, responseStream, context) whose response is sent as it is written. */
  streamifyResponse(handler, options) {
    handler[streaming] = true;
    if (options?.highWaterMark !== undefined) handler.highWaterMark = Number(options.highWaterMark);
    return handler;
  },
  HttpResponseStream: {
    /** Gives an HTTP response its status, headers and cookies: JSON before the body, and eight NUL bytes between them. */
    from(responseStream, metadata) {
      responseStream.setContentType(preludeType);
      responseStream.prelude = Buffer.concat([Buffer.from(JSON.stringify(metadata ?? {})), Buffer.alloc(8)]);
      return responseStream;
    },
  },
};

export const isStreaming = (handler) => handler[streaming] === true;

/** Opens its request with the first byte, so that what fails before is an ordinary error and the content type can be set. */
export class ResponseStream extends Writable {
  #open;
  #flushOutput;
  #contentType = 'application/octet-stream';
  #request;
  #answered;
  #failed = false;
  prelude;

  /** `open(contentType)` begins the POST: { request, answered }; `flushOutput` comes before its end. */
  constructor({ open, flushOutput, highWaterMark }) {
    super({ ...(highWaterMark && { highWaterMark }) });
    this.#open = open;
    this.#flushOutput = flushOutput;
  }

  /** Whether bytes are on their way, so that an error has to follow them. */
  get begun() {
    return this.#request !== undefined;
  }

  setContentType(contentType) {
    this.#contentType = contentType;
  }

  _write(chunk, _encoding, done) {
    if (this.#failed) return done();
    this.#begin();
    if (this.#request.write(chunk)) done();
    else this.#request.once('drain', done);
  }

  _final(done) {
    if (this.#failed) return done();
    this.#begin();
    this.#flushOutput()
      .then(() => {
        this.#request.end();
        return this.#answered;
      })
      .then(() => done(), done);
  }

  /** Ends a response that has begun with an error in its trailers. */
  async fail(errorType, body) {
    if (this.writableFinished || this.#failed) return;
    this.#failed = true;
    this.#request.addTrailers({
      'Lambda-Runtime-Function-Error-Type': errorType.replace(/[^\x20-\x7e]/g, '?'),
      'Lambda-Runtime-Function-Error-Body': Buffer.from(body).toString('base64'),
    });
    this.#request.end();
    await this.#answered;
    this.destroy();
  }

  #begin() {
    if (this.#request) return;
    ({ request: this.#request, answered: this.#answered } = this.#open(this.#contentType));
    if (this.prelude) this.#request.write(this.prelude);
  }
}

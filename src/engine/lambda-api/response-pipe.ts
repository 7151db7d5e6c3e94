import type { ResponseSink } from '../runtime-api/response-body.ts';

type Target = (piece: Buffer) => Promise<void>;

/**
 * Carries a streamed response from a function to whoever asked for it, at the pace of the slower of the two. The function waits
 * until the pipe is connected; once `gone` aborts, it writes into nothing and runs to its end, as on AWS.
 */
export class ResponsePipe implements ResponseSink {
  /** Resolves with the content type when the function begins its response; never where it does not stream. */
  readonly begun: Promise<string>;
  readonly #begin: (contentType: string) => void;
  readonly #target = Promise.withResolvers<Target>();
  #hasBegun = false;

  constructor(gone: AbortSignal) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.begun = promise;
    this.#begin = resolve;
    const drop = (): void => this.#target.resolve(async () => undefined);
    if (gone.aborted) drop();
    else gone.addEventListener('abort', drop, { once: true });
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  connect(target: Target): void {
    this.#target.resolve(target);
  }

  begin(contentType: string): void {
    this.#hasBegun = true;
    this.#begin(contentType);
  }

  async write(piece: Buffer): Promise<void> {
    const target = await this.#target.promise;
    await target(piece);
  }
}

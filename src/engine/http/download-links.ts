import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { ServiceError } from './service-error.ts';

const validMs = 10 * 60_000;

/** Links that need no signature of the caller's, as S3's presigned ones: they carry a proof of their own and expire. */
export class DownloadLinks {
  readonly #key = randomBytes(32);

  make(codeSha256: string): string {
    const expires = String(Date.now() + validMs);
    return `/_engine/code?${new URLSearchParams({ sha256: codeSha256, expires, proof: this.#proof(codeSha256, expires) }).toString()}`;
  }

  check(query: URLSearchParams): string {
    const codeSha256 = query.get('sha256') ?? '';
    const expires = query.get('expires') ?? '';
    const given = Buffer.from(query.get('proof') ?? '');
    const expected = Buffer.from(this.#proof(codeSha256, expires));
    if (given.length !== expected.length || !timingSafeEqual(given, expected) || Number(expires) < Date.now()) {
      throw new ServiceError('AccessDenied', 403, 'This download link has expired. Call GetFunction for a new one.');
    }
    return codeSha256;
  }

  #proof(codeSha256: string, expires: string): string {
    return createHmac('sha256', this.#key).update(`${codeSha256}\n${expires}`).digest('base64url');
  }
}

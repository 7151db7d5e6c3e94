// A disk that is full, a quota that is used up: what cannot be written is refused in words, or waits.
import { ServiceError } from './http/service-error.ts';

const ofSystem = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** SQLite's result codes SQLITE_FULL, and SQLITE_IOERR_WRITE, which it makes of a quota. */
const ofSqlite = new Set([13, 778]);

/** Whether something was not written for lack of room. */
export function isNoRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ('code' in error && ofSystem.has(String(error.code))) || ('errcode' in error && ofSqlite.has(Number(error.errcode)))
  );
}

/** What a client is told of an error: those of no service as `ServiceException`. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError(
    'ServiceException',
    500,
    isNoRoom(error)
      ? 'There is no room on the disk that holds the data of the local Lambda. Free some, and try again; what it had is as it was.'
      : 'The local Lambda failed to serve this request. Its own log has the details.',
  );
}

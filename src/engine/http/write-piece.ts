import type { ServerResponse } from 'node:http';

/** Writes a piece of a streamed answer; resolves when there is room for more, or nobody left to read it. */
export async function writePiece(response: ServerResponse, piece: Uint8Array): Promise<void> {
  if (response.destroyed || response.write(piece)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}

// A thread that packages one folder.
import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../problem.ts';
import { packageFolder } from './package-folder.ts';
import type { FromThread, ThreadOptions } from './package-in-thread.ts';

const send = (message: FromThread): void => parentPort?.postMessage(message);
const options: ThreadOptions = workerData;

const abort = new AbortController();
parentPort?.once('message', () => abort.abort()).unref();

try {
  const made = await packageFolder({
    ...options,
    signal: abort.signal,
    onProgress: (progress) => send({ type: 'progress', progress }),
  });
  send({ type: 'done', package: made });
} catch (error) {
  if (abort.signal.aborted) process.exit();
  if (!(error instanceof Problem)) throw error;
  send({ type: 'problem', code: error.code, message: error.message });
}

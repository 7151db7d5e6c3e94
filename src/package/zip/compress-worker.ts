// A thread that reads and compresses batches of files.
import { parentPort } from 'node:worker_threads';
import { compressFiles, type FileToCompress } from './compress.ts';

parentPort?.on('message', (batch: readonly FileToCompress[]) => {
  const done = compressFiles(batch);
  parentPort?.postMessage(done, [done.data.buffer]);
});

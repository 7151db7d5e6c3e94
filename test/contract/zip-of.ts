import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipArchive } from 'archiver';

/** A zip of these files, all executable unless `mode` says otherwise. */
export async function zipOf(files: Readonly<Record<string, string | Buffer>>, mode = 0o755): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const archive = new ZipArchive();
  archive.pipe(sink);
  for (const [name, content] of Object.entries(files)) archive.append(content, { name, mode, date: new Date(0) });
  await archive.finalize();
  await finished(sink);
  return Buffer.concat(chunks);
}

export const role = 'arn:aws:iam::000000000000:role/lambda-workbench';

// What a build has made, as entries of a package: read at once, since a build tool may replace it the next moment.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import yauzl from 'yauzl';
import type { PackageSource } from '../collect-files.ts';

const entry = (name: string, content: Buffer): PackageSource => ({
  kind: 'content',
  name,
  content,
  bytes: content.length,
});

/** Everything in a folder, under `prefix` (such as `lib/`); nothing where there is no such folder. */
export async function filesIn(folder: string, prefix = ''): Promise<PackageSource[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return Promise.all(
    found
      .filter((each) => each.isFile())
      .map(async (each) => {
        const file = path.join(each.parentPath, each.name);
        return entry(prefix + path.relative(folder, file).split(path.sep).join('/'), await readFile(file));
      }),
  );
}

/**
 * What is in a jar or zip, to be packed anew: the times in a jar differ with each build, and would make each deploy an upload. Of two
 * entries with the same name the first counts, as for a class loader.
 */
export async function filesOfArchive(file: string): Promise<PackageSource[]> {
  const archive = await yauzl.fromBufferPromise(await readFile(file));
  const entries = new Map<string, PackageSource>();
  for await (const each of archive.eachEntry()) {
    const { fileName } = each;
    if (fileName.endsWith('/') || entries.has(fileName)) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of (await archive.openReadStreamPromise(each)) as AsyncIterable<Buffer>) chunks.push(chunk);
    entries.set(fileName, entry(fileName, Buffer.concat(chunks)));
  }
  return [...entries.values()];
}

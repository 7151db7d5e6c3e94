// @ts-check
// The ways to make a package that run against each other, in the order in which they run in a round.
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from '../../scripts/dependencies.mjs';
import { editHandler, undoEdit } from './corpora.mjs';
import { measureCommand, startMeasuring } from './measure.mjs';

/**
 * @typedef {import('./corpora.mjs').Corpus} Corpus
 * @typedef {import('./measure.mjs').Measured} Measured
 * @typedef {{ id: string, label: string, run: (outFile: string, round: number) => Promise<Measured> }} Contender
 */

/** What changed within two seconds before it was read is read again by the next packaging: the corpus is to be older. */
const settleMs = 2500;
const beside = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * @param {Corpus} corpus
 * @param {{ root: string, admZipModule: string }} options
 * @returns {{ contenders: Contender[], end: () => void }}
 */
export function startContenders(corpus, { root, admZipModule }) {
  const { folder } = corpus;
  const cacheHome = join(root, 'cache');
  const env = { ...process.env, XDG_CACHE_HOME: cacheHome };
  const inProcess = startMeasuring(beside('package-in-process.mjs'), env);
  const cli = join(repositoryRoot, 'dist', 'cli.js');
  const ours = (/** @type {string} */ outFile) =>
    measureCommand([process.execPath, cli, 'package', folder, '--out', outFile], { cwd: repositoryRoot, env });
  let coldBytes = '';

  /** @type {Contender[]} */
  const contenders = [
    {
      id: 'zip',
      label: '`zip -qr`',
      run: (outFile) => measureCommand(['zip', '-qr', outFile, '.'], { cwd: folder }),
    },
    {
      id: 'cold',
      label: 'Lambda Workbench, first time',
      async run(outFile) {
        await rm(cacheHome, { recursive: true, force: true });
        const measured = await ours(outFile);
        coldBytes = await sha256(outFile);
        return measured;
      },
    },
    {
      id: 'unchanged',
      label: 'Lambda Workbench, again, nothing changed',
      async run(outFile) {
        const measured = await ours(outFile);
        if ((await sha256(outFile)) !== coldBytes) throw new Error('The same files did not make the same zip.');
        return measured;
      },
    },
    {
      id: 'edit',
      label: 'Lambda Workbench, again, one file edited',
      async run(outFile, round) {
        await editHandler(corpus, round);
        try {
          const measured = await ours(outFile);
          if ((await sha256(outFile)) === coldBytes) throw new Error('The edit is not in the zip.');
          return measured;
        } finally {
          await undoEdit(corpus);
          await sleep(settleMs);
        }
      },
    },
    {
      id: 'in-process',
      label: 'Lambda Workbench, first time, already loaded',
      async run(outFile) {
        await rm(cacheHome, { recursive: true, force: true });
        return inProcess.measure({ folder, outFile, cacheFolder: join(cacheHome, 'packages') });
      },
    },
    {
      id: 'adm-zip',
      label: 'adm-zip',
      run: (outFile) =>
        measureCommand([process.execPath, beside('adm-zip-folder.mjs'), admZipModule, folder, outFile], {
          cwd: repositoryRoot,
        }),
    },
  ];
  return { contenders, end: inProcess.end };
}

const sha256 = async (/** @type {string} */ file) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

// @ts-check
// What runs in the thousand functions of `npm run bench -- load`. Each run leaves the id of its event in the file NOTES.
import { appendFileSync } from 'node:fs';

/** @typedef {{ id: number, kind: 'echo' | 'error' | 'crash' | 'hang', pad?: string, chunks?: number }} LoadEvent */

/** @param {LoadEvent} event */
export const handler = async ({ id, kind, pad }) => {
  appendFileSync(String(process.env['NOTES']), `${id}\n`);
  if (kind === 'error') throw new Error(`asked to fail by ${id}`);
  if (kind === 'crash') process.exit(7);
  if (kind === 'hang') await new Promise(() => setInterval(() => undefined, 1000));
  return { id, pad };
};

// Lambda's own global, of its Node.js runtime.
export const stream = /** @type {any} */ (globalThis).awslambda?.streamifyResponse(
  async (/** @type {LoadEvent} */ { id, chunks = 1 }, /** @type {import('node:stream').Writable} */ out) => {
    appendFileSync(String(process.env['NOTES']), `${id}\n`);
    for (let at = 0; at < chunks; at += 1) out.write(`${id}:${at};`);
    out.end();
  },
);

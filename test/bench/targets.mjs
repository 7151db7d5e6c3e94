// @ts-check
import { median } from './rounds.mjs';

/**
 * How far ours is to be, as ratios to `zip -qr`, in MB of memory, and as a multiple of adm-zip's speed.
 * @type {readonly { corpus: string, id: string, what: string, ratio?: number, peakMB?: number, timesAdmZip?: number }[]}
 */
const targets = [
  { corpus: 'medium', id: 'cold', what: 'first time', ratio: 0.85 },
  { corpus: 'medium', id: 'unchanged', what: 'nothing changed', ratio: 0.15 },
  { corpus: 'medium', id: 'edit', what: 'one file edited', ratio: 0.25 },
  { corpus: 'medium', id: 'cold', what: 'first time', timesAdmZip: 2.5 },
  { corpus: 'large', id: 'cold', what: 'first time', ratio: 0.45 },
  { corpus: 'large', id: 'unchanged', what: 'nothing changed', ratio: 0.15 },
  { corpus: 'large', id: 'edit', what: 'one file edited', ratio: 0.25 },
  { corpus: 'large', id: 'cold', what: 'first time', timesAdmZip: 2.5 },
  { corpus: 'large', id: 'cold', what: 'memory, first time', peakMB: 260 },
];

/**
 * A sentence for each target of a corpus.
 * @param {string} corpus
 * @param {readonly import('./rounds.mjs').Row[]} rows
 */
export function judge(corpus, rows) {
  return targets.flatMap((target) => {
    const row = rows.find(({ id }) => id === target.id);
    if (target.corpus !== corpus || !row) return [];
    const { what, ratio, peakMB, timesAdmZip } = target;
    if (ratio !== undefined) {
      const reached = median(row.ratios);
      return [`${verdict(reached <= ratio)}: ${what} at most ${ratio.toFixed(2)}; it is ${reached.toFixed(2)}.`];
    }
    const admZip = rows.find(({ id }) => id === 'adm-zip');
    if (timesAdmZip !== undefined && admZip) {
      const times = median(admZip.ratios) / median(row.ratios);
      return [
        `${verdict(times >= timesAdmZip)}: ${what} at least ${timesAdmZip} times as fast as adm-zip; it is ${times.toFixed(1)} times.`,
      ];
    }
    if (peakMB === undefined || row.peakBytes === undefined) return [];
    const reached = row.peakBytes / 1e6;
    return [`${verdict(reached <= peakMB)}: ${what} at most ${peakMB} MB; it is ${reached.toFixed(0)} MB.`];
  });
}

const verdict = (/** @type {boolean} */ met) => (met ? 'Met' : '**Not met**');

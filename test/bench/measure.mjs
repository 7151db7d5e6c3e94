// @ts-check
import { fork, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

/** @typedef {{ seconds: number, peakBytes: number | undefined }} Measured */

const gnuTime = process.platform === 'linux' && existsSync('/usr/bin/time') ? '/usr/bin/time' : undefined;
const mostMs = 180_000;

/**
 * Runs a command to its end: wall time of the whole process, and the most memory it held.
 * @param {readonly string[]} command
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<Measured>}
 */
export function measureCommand(command, { cwd, env = process.env }) {
  const [program = '', ...args] = gnuTime ? [gnuTime, '-f', '\n%M', ...command] : command;
  return new Promise((resolve, reject) => {
    const start = performance.now();
    // A group of its own: to end `time` is not to end what it runs.
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const limit = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), mostMs);
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (words += text));
    const peak = gnuTime ? undefined : watchPeak(child.pid);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const seconds = (performance.now() - start) / 1000;
      clearTimeout(limit);
      const peakBytes = peak ? peak.stop() : Number(words.trimEnd().split('\n').at(-1)) * 1024;
      if (code === 0) resolve({ seconds, peakBytes });
      else
        reject(
          new Error(`${command.join(' ')} ended with ${signal ?? code} after ${seconds.toFixed(1)} s: ${words.trim()}`),
        );
    });
  });
}

/**
 * The most memory of a process without GNU time: what Linux counted for it, read while it runs.
 * @param {number | undefined} pid
 */
function watchPeak(pid) {
  /** @type {number | undefined} */
  let bytes;
  const look = async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const found = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1];
    if (found !== undefined) bytes = Number(found) * 1024;
  };
  const timer = setInterval(() => void look(), 25);
  const stop = () => {
    clearInterval(timer);
    return bytes;
  };
  return { stop };
}

/**
 * A process that stays, takes a message for each piece of work and answers with what it measured itself.
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env
 */
export function startMeasuring(file, env) {
  const child = fork(file, { env });
  return {
    /**
     * @param {import('node:child_process').Serializable} work
     * @returns {Promise<Measured>}
     */
    measure: async (work) => {
      const { promise, resolve, reject } = Promise.withResolvers();
      const onExit = () => reject(new Error(`${file} ended.`));
      const timer = setTimeout(() => reject(new Error(`${file} did not answer.`)), mostMs);
      child.once('message', resolve).once('exit', onExit);
      child.send(work);
      try {
        const answer = await promise;
        if (answer.error !== undefined) throw new Error(answer.error);
        return answer;
      } finally {
        clearTimeout(timer);
        child.off('message', resolve).off('exit', onExit);
      }
    },
    end: () => void child.kill(),
  };
}

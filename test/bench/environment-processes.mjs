// @ts-check
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The processes of execution environments of the engine on a data folder (Linux): those whose temporary folder is theirs.
 * @param {string} dataDirectory
 * @param {string} [functionName] of one function alone
 * @returns {number[]}
 */
export function environmentProcesses(dataDirectory, functionName) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const variables = environmentOf(pid);
      const ours = variables.some((line) => line.startsWith(`_LAMBDA_LOCAL_ENVIRONMENT=${dataDirectory}/`));
      return ours && (!functionName || variables.includes(`AWS_LAMBDA_FUNCTION_NAME=${functionName}`));
    })
    .map(Number);
}

/** @param {string} pid */
function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // another user's, or gone meanwhile
  }
}

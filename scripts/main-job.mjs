// @ts-check
// The main job through the command line: a folder is packaged, deployed, invoked cold, warm and asynchronously, and observed.
import process from 'node:process';
import { LambdaWorkbench } from './lambda-workbench.mjs';
import { parseReport, timingsTable } from './timings-table.mjs';

const folder = 'samples/hello-node';
const functionName = 'hello-node';
const event = `@${folder}/event.json`;

try {
  await mainJob(new LambdaWorkbench());
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/** @param {LambdaWorkbench} workbench */
async function mainJob(workbench) {
  // Left from an earlier run, its environment may still be warm; the first invocation shall be a cold one.
  await workbench.tryRun('delete', functionName);
  const startedAt = Date.now();

  step(`Package and deploy ${folder}`);
  const deployed = await workbench.run('deploy', folder, '--name', functionName);
  say(`${deployed.action} ${deployed.functionArn}`);
  say(`${deployed.runtime} · ${deployed.handler} · ${deployed.zippedBytes} bytes zipped`);

  for (const title of ['Invoke', 'Invoke again', 'And once more']) {
    step(title);
    const result = await workbench.run('invoke', functionName, '--payload', event);
    say(`${result.statusCode} · ${result.payload ?? ''}`);
    if (result.functionError) throw new Error(`The function ${functionName} failed: ${result.payload}`);
  }
  step('Invoke asynchronously');
  const queued = await workbench.run('invoke', functionName, '--async', '--payload', event);
  say(`${queued.statusCode} · queued as ${queued.requestId}`);

  step('Logs');
  /** @type {string[]} */
  const messages = [];
  const isLast = (/** @type {string} */ message) => message.startsWith(`REPORT RequestId: ${queued.requestId}`);
  for await (const { timestamp, message } of workbench.follow(functionName)) {
    if (timestamp < startedAt) continue;
    messages.push(message.trimEnd());
    say(message.trimEnd());
    if (isLast(message)) break;
  }

  step('Timings');
  const timings = messages.flatMap((message) => parseReport(message) ?? []);
  console.log(timingsTable(timings));
  const cold = timings.filter((timing) => timing.initDuration !== undefined).length;
  if (cold === 0 || cold === timings.length) {
    throw new Error(`There should be cold and warm invocations here, but ${cold} of ${timings.length} were cold.`);
  }
}

/** @param {string} title */
function step(title) {
  console.log(`\n── ${title}`);
}

/** @param {string} line */
function say(line) {
  console.log(`   ${line}`);
}

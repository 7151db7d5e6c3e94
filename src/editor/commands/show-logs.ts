import type { CommandHandler } from './command-context.ts';
import { functionNameFrom } from './pick-function.ts';

/** Opens the panel with the function's log and timings. */
export const showLogs: CommandHandler = async (context, subject) => {
  const functionName = await functionNameFrom(context, subject, 'Show Logs and Timings');
  context.panels.reveal(functionName, { preserveFocus: false });
};

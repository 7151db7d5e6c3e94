import type { CommandHandler } from './command-context.ts';

/** Lists the functions again. */
export const refreshExplorer: CommandHandler = (context) => {
  context.tree.refresh();
  return Promise.resolve();
};

import type { Names } from './names.ts';

/** Whether gems are declared in a folder, and not there already. */
export const hasRubyDependencies = (names: Names): boolean => names.has('Gemfile') && !names.has('vendor/bundle/');

/** The handler in a file of a usual name. */
export function findRubyHandler(names: Names, read: (name: string) => string): string | undefined {
  for (const stem of ['lambda_function', 'app', 'function', 'handler', 'main']) {
    const found = /^\s*def\s+(?:self\.)?(lambda_handler|handler)\b/m.exec(read(`${stem}.rb`));
    if (found?.[1] && names.has(`${stem}.rb`)) return `${stem}.${found[1]}`;
  }
  return undefined;
}

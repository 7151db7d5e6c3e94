import { Problem } from '../problem.ts';

const reference = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The variables with each `${env:NAME}` taken from `env`. Throws `VariableMissing` for one that is not set. */
export function resolveEnvironment(
  variables: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const resolve = (name: string, text: string): string =>
    text.replace(reference, (_, wanted: string) => {
      const value = env[wanted];
      if (value !== undefined) return value;
      throw new Problem(
        'VariableMissing',
        `lambda.json takes ${name} from the environment variable ${wanted}, which is not set. Set it and deploy again.`,
      );
    });
  return Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, resolve(name, text)]));
}

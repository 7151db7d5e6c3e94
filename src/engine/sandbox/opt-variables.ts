// How a function finds its layers here, where their content does not lie at /opt itself.
import path from 'node:path';

export interface OptPlaces {
  /** Such as `python3.13`. */
  readonly runtime: string;
  readonly taskRoot: string;
  /** The folder that stands for /opt. */
  readonly opt: string;
}

const joined = (...places: readonly string[]): string => places.join(path.delimiter);

/** Search paths of the runtimes, in the order they have on AWS. Source: "Layer paths for each Lambda runtime" in the AWS Lambda Developer Guide. */
export function optVariables({
  runtime,
  taskRoot,
  opt,
  hasLibraries,
}: OptPlaces & { readonly hasLibraries: boolean }): Record<string, string> {
  const at = (...parts: readonly string[]): string => path.join(opt, ...parts);
  const version = /[\d.]+$/.exec(runtime.replace(/\.x$/, ''))?.[0] ?? '';
  const own: Record<string, string> = {};
  if (runtime.startsWith('nodejs')) {
    own['NODE_PATH'] = joined(
      at('nodejs', `node${version}`, 'node_modules'),
      at('nodejs', 'node_modules'),
      path.join(taskRoot, 'node_modules'),
    );
  } else if (runtime.startsWith('python')) {
    own['PYTHONPATH'] = joined(taskRoot, at('python', 'lib', `python${version}`, 'site-packages'), at('python'));
  } else if (runtime.startsWith('ruby')) {
    const abi = `${version}.0`;
    const bundled = path.join(taskRoot, 'vendor', 'bundle', 'ruby', abi);
    own['GEM_PATH'] = joined(bundled, at('ruby', 'gems', abi), ''); // the interpreter's own follow the separator at the end
    own['RUBYLIB'] = joined(taskRoot, at('ruby', 'lib'));
  } else if (runtime.startsWith('java')) {
    own['CLASSPATH'] = at('java', 'lib', '*');
  }
  return {
    ...own,
    PATH: `/usr/local/bin:/usr/bin:/bin:${at('bin')}`,
    // Set for functions with such libraries only: it reaches into the interpreter too.
    ...(hasLibraries && { LD_LIBRARY_PATH: at('lib') }),
  };
}

/** A variable's value with the paths under /opt in it where they are here, such as those of AWS_LAMBDA_EXEC_WRAPPER and NODE_OPTIONS. */
export function withOptPaths(value: string, opt: string): string {
  return value.replaceAll(/(?<=^|[\s:;,=])\/opt(?=\/|$|[\s:;,])/g, () => opt);
}

/**
 * The program that AWS_LAMBDA_EXEC_WRAPPER puts before the runtime's own, which it is to start. Custom runtimes have none.
 * Source: "Using wrapper scripts" in the AWS Lambda Developer Guide.
 */
export function execWrapper(
  variables: Readonly<Record<string, string>>,
  { runtime, taskRoot, opt }: Omit<OptPlaces, 'opt'> & { readonly opt: string | undefined },
): string | undefined {
  const named = variables['AWS_LAMBDA_EXEC_WRAPPER'];
  if (!named || runtime.startsWith('provided')) return undefined;
  if (named.startsWith('/var/task/')) return path.join(taskRoot, named.slice('/var/task/'.length));
  return opt === undefined ? named : withOptPaths(named, opt);
}

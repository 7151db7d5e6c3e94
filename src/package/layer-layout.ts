// Where a layer's files go so that the runtimes find them under /opt.
import path from 'node:path';
import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';
import { hasPythonDependencies } from './find-python.ts';
import { hasRubyDependencies } from './find-ruby.ts';
import type { Names } from './names.ts';

/** `laid out`: the folder is a layer's content as it is. */
export type LayerKind = 'laid out' | 'nodejs' | 'python' | 'ruby' | 'java';

const ofRuntimes = ['nodejs/', 'python/', 'ruby/', 'java/', 'extensions/'];
const ofSystem = ['bin/', 'lib/', 'bootstrap'];

/** What a folder is, by what lies in it. Throws `LayerUnclear`. */
export function layerKind(folder: string, names: Names): LayerKind {
  const top = [...names].filter((name) => !/\/./.test(name));
  const has = (...wanted: readonly string[]): boolean => wanted.some((name) => names.has(name));
  if (has(...ofRuntimes)) return 'laid out';
  if (has('package.json', 'node_modules/')) return 'nodejs';
  if (hasPythonDependencies(names) || top.some((name) => name.endsWith('.py'))) return 'python';
  if (has('Gemfile', 'vendor/bundle/') || top.some((name) => name.endsWith('.rb'))) return 'ruby';
  if ([...names].some((name) => isLibrary(name))) return 'java';
  if (has(...ofSystem)) return 'laid out';
  throw new Problem(
    'LayerUnclear',
    `${path.basename(folder)} does not show what kind of layer it is. Give a folder with a package.json and its node_modules, with Python, Ruby or jars, or one that is laid out as it is to lie in /opt (nodejs/, python/, ruby/, java/, bin/, lib/, extensions/).`,
  );
}

/** Of a Maven or Gradle project too: what it has built. */
const isLibrary = (name: string): boolean => /^((lib|target|build\/libs)\/)?[^/]+\.jar$/.test(name);

/** Whether gems have to be installed. */
export const needsGems = hasRubyDependencies;

/** Files of a folder, and what was installed for it, where a layer has them. Throws `NamesCollide` for two jars of one name. */
export function laidOut(kind: LayerKind, sources: readonly PackageSource[]): PackageSource[] {
  if (kind === 'laid out') return [...sources];
  if (kind === 'java') {
    const jars = sources.filter(({ kind: what, name }) => what === 'file' && isLibrary(name));
    const placed = jars.map((jar) => ({ ...jar, name: `java/lib/${path.posix.basename(jar.name)}` }));
    const twice = placed.find(({ name }, index) => placed.findIndex((other) => other.name === name) !== index);
    if (twice)
      throw new Problem('NamesCollide', `There are two files ${path.posix.basename(twice.name)}. Leave one out with .lambdaignore.`); // prettier-ignore
    return placed;
  }
  if (kind !== 'ruby') return sources.map((source) => ({ ...source, name: `${kind}/${source.name}` }));
  return sources
    .filter(({ name }) => !/^(vendor\/(bundle\/(ruby\/)?)?|Gemfile(\.lock)?|\.bundle\/(config)?)$/.test(name))
    .map((source) => {
      const gem = /^vendor\/bundle\/ruby\/(.+)$/.exec(source.name)?.[1];
      return {
        ...source,
        name: gem === undefined ? `ruby/lib/${source.name.replace(/^lib\//, '')}` : `ruby/gems/${gem}`,
      };
    })
    .filter(({ name }) => name !== 'ruby/lib/');
}

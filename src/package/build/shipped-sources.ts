// What ships of a folder: its files, and what is built from them or installed for them. Each language is loaded where it is needed.
import type { BundleContents } from '../bundle-typescript.ts';
import { sortByName, type PackageSource } from '../collect-files.ts';
import type { PackageOptions } from '../deployment-package.ts';
import { isGoProject, isGoSource } from '../find-go.ts';
import { isJavaProject } from '../find-java.ts';
import { hasPythonDependencies } from '../find-python.ts';
import { hasRubyDependencies } from '../find-ruby.ts';
import type { FunctionSettings } from '../function-settings.ts';
import { bundledNodeFiles, isBundling, withPackagesFromOutside } from '../node/node-files.ts';
import { withoutEmptyFolders } from '../without-empty-folders.ts';
import { defaultCacheFolder } from '../zip/package-cache.ts';
import type { Names } from '../names.ts';

export interface ShippedOptions extends PackageOptions {
  readonly files: readonly PackageSource[];
  readonly names: Names;
  readonly settings: FunctionSettings;
  readonly runtime: string;
  readonly nodeEntry: string | undefined;
  readonly codeFolder?: string | undefined;
}

export interface Shipped {
  readonly sources: PackageSource[];
  readonly bundle?: BundleContents;
}

/** What ships, in its order. Throws where a build fails, or what it needs is missing. */
export async function shippedSources(options: ShippedOptions): Promise<Shipped> {
  const { folder, files, names, settings, runtime, nodeEntry, codeFolder, signal, onProgress } = options;
  const architecture = settings.architecture ?? 'x86_64';
  const together = (kept: readonly PackageSource[], made: readonly PackageSource[]): Shipped => ({
    sources: sortByName(withoutEmptyFolders([...kept, ...made])),
  });
  if (nodeEntry && isBundling(nodeEntry, settings)) {
    onProgress?.({ message: 'Bundling' });
    const { sources, bundle } = await bundledNodeFiles({ ...options, nodeEntry });
    return { ...together(sources, []), bundle };
  }
  const laidOut = nodeEntry && (await withPackagesFromOutside({ ...options, nodeEntry }));
  if (laidOut) return together(laidOut, []);
  if (runtime.startsWith('python') && hasPythonDependencies(names)) {
    onProgress?.({ message: 'Installing the Python dependencies' });
    const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
    const { installPythonDependencies } = await import('./python.ts');
    const installed = await installPythonDependencies({ folder, runtime, architecture, cacheFolder, signal });
    const code = codeFolder === undefined ? files : fromFolder(files, codeFolder);
    const own = new Set(code.map(({ name }) => name));
    return together(
      code,
      installed.filter(({ name }) => !own.has(name)),
    );
  }
  if (codeFolder !== undefined) return together(fromFolder(files, codeFolder), []);
  if (runtime.startsWith('ruby') && hasRubyDependencies(names)) {
    onProgress?.({ message: 'Installing the gems' });
    const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
    const { installRubyDependencies } = await import('./ruby.ts');
    const gems = await installRubyDependencies({ folder, runtime, architecture, cacheFolder, signal });
    return together(files, gems);
  }
  if (runtime.startsWith('provided') && names.has('Cargo.toml') && !names.has('bootstrap')) {
    onProgress?.({ message: 'Building with Rust' });
    const { buildRust, isRustSource } = await import('./rust.ts');
    const made = await buildRust({ folder, architecture, runtime, signal });
    return together(
      files.filter(({ name }) => !isRustSource(name)),
      made,
    );
  }
  if (runtime.startsWith('provided') && isGoProject(folder, names) && !names.has('bootstrap')) {
    onProgress?.({ message: 'Building with Go' });
    const { buildGo } = await import('./go.ts');
    const made = await buildGo({ folder, architecture, signal });
    return together(
      files.filter(({ name }) => !isGoSource(name)),
      made,
    );
  }
  if (runtime.startsWith('java') && isJavaProject(names)) {
    onProgress?.({ message: 'Building with Java' });
    const { buildJava } = await import('./java.ts');
    const { made, ships } = await buildJava({ folder, names, runtime, signal });
    const madeNames = new Set(made.map(({ name }) => name));
    return together(
      files.filter(({ name }) => ships(name) && !madeNames.has(name)),
      made,
    );
  }
  return { sources: settings.include ? withoutEmptyFolders(files) : [...files] };
}

/** What lies in a folder as if it lay at the root, as it does for who installs the project. */
function fromFolder(files: readonly PackageSource[], folder: string): PackageSource[] {
  const lifted = files
    .filter(({ name }) => name.startsWith(folder) && name !== folder)
    .map((source) => ({ ...source, name: source.name.slice(folder.length) }));
  const taken = new Set(lifted.map(({ name }) => name));
  return [...lifted, ...files.filter(({ name }) => !name.startsWith(folder) && !taken.has(name))];
}

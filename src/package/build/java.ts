import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PackageSource } from '../collect-files.ts';
import { isJavaSource } from '../find-java.ts';
import { buildWithGradle } from './gradle.ts';
import { buildWithMaven } from './maven.ts';
import { filesIn } from './made-files.ts';
import { runTool } from './run-tool.ts';
import type { Names } from '../names.ts';

export interface JavaBuild {
  readonly folder: string;
  /** Paths in the folder. */
  readonly names: Names;
  /** Such as `java21`. */
  readonly runtime: string;
  readonly signal?: AbortSignal | undefined;
}

export interface JavaClasses {
  readonly made: readonly PackageSource[];
  /** Whether a file of the folder ships beside them. */
  readonly ships: (name: string) => boolean;
}

/**
 * Builds a Java function as Lambda wants it, classes at the root and libraries in lib: with Maven or Gradle where the folder has
 * their file, which write to their own output folders (target, build, .gradle), else with javac, which writes nothing there.
 * Throws `ToolMissing`, `ToolFailed` with the compiler's words, or `JavaBuild` where the build has made nothing to ship.
 */
export async function buildJava(build: JavaBuild): Promise<JavaClasses> {
  const { folder, names, signal } = build;
  const nothing = (): boolean => false; // resources and libraries are in what the build makes
  if (names.has('pom.xml')) return { made: await buildWithMaven({ folder, signal }), ships: nothing };
  if (names.has('build.gradle') || names.has('build.gradle.kts'))
    return { made: await buildWithGradle({ folder, signal }), ships: nothing };
  return { made: await compile(build), ships: (name) => !isJavaSource(name) };
}

async function compile({ folder, names, runtime, signal }: JavaBuild): Promise<PackageSource[]> {
  const install = 'Install a JDK (such as default-jdk-headless, or from https://adoptium.net).';
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-java-'));
  try {
    const said = await runTool({ command: 'javac', args: ['-version'], cwd: folder, signal, install });
    const own = Number(/javac (\d+)/.exec(said)?.[1] ?? 0);
    const wanted = Number(/\d+/.exec(runtime)?.[0]);
    // An older compiler's classes run on the newer runtime as well.
    const release = own > 0 ? Math.min(own, wanted) : wanted;
    const sources = [...names].filter((name) => name.endsWith('.java') && !name.startsWith('src/test/'));
    const list = path.join(scratch, 'sources');
    await writeFile(list, sources.map((name) => `"${name.replaceAll('\\', '\\\\')}"\n`).join(''));
    const out = path.join(scratch, 'classes');
    const libraries = existsSync(path.join(folder, 'lib')) ? ['-cp', path.join('lib', '*')] : [];
    const options = [
      '-J-XX:TieredStopAtLevel=1',
      '-J-XX:+UseSerialGC',
      '-encoding',
      'UTF-8',
      '-Xlint:-options',
      '--release',
      String(release),
      '-d',
      out,
      ...libraries,
    ];
    await runTool({ command: 'javac', args: [...options, `@${list}`], cwd: folder, signal, install });
    return await filesIn(out);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

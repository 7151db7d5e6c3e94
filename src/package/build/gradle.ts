import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Problem } from '../../problem.ts';
import type { PackageSource } from '../collect-files.ts';
import { filesIn } from './made-files.ts';
import { runScript, wrapperOr, type ScriptBuild } from './run-script.ts';

const task = 'lambdaWorkbenchPackage';

/**
 * A task beside the project's own, so that its build file stays as it is: classes and resources, and what they need at run time. There
 * is nothing in it where the project does not build Java. Paths stand in the script: Gradle's daemon, which goes on running, may keep the
 * environment of an earlier build. `register` came with Gradle 4.9.
 */
const initScript = (folder: string, out: string): string => `allprojects {
  afterEvaluate { project ->
    if (project.projectDir.canonicalFile != new File(${inGroovy(folder)}).canonicalFile) return
    def contents = { copy ->
      copy.into(new File(${inGroovy(out)}))
      if (!project.plugins.hasPlugin('java')) return
      copy.from(project.sourceSets.main.output)
      copy.into('lib') { it.from(project.configurations.runtimeClasspath) }
    }
    if (project.tasks.respondsTo('register')) project.tasks.register('${task}', Sync, contents as Action)
    else project.tasks.create('${task}', Sync, contents as Action)
  }
}
`;

const inGroovy = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;

/** Gradle (or gradlew): classes and resources at the root, what they need at run time in lib. */
export async function buildWithGradle({ folder, signal }: ScriptBuild): Promise<PackageSource[]> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-gradle-'));
  try {
    const script = path.join(scratch, 'package.gradle');
    const out = path.join(scratch, 'out');
    await writeFile(script, initScript(folder, out));
    await runScript({
      command: wrapperOr(folder, 'gradlew', 'gradle'),
      args: ['--quiet', '--console=plain', '--init-script', script, task],
      cwd: folder,
      signal,
      install: 'Install Gradle (https://gradle.org), or add its wrapper (gradlew) to the folder.',
    });
    const made = await filesIn(out);
    if (made.length === 0) {
      const file = ['build.gradle', 'build.gradle.kts'].find((name) => existsSync(path.join(folder, name)));
      const old =
        file === 'build.gradle.kts' ? ', and is this Gradle (as "gradle --version" says) one that reads Kotlin?' : '?';
      const projects = projectsIn(folder);
      if (projects.length > 0)
        throw new Problem('JavaBuild', `${file} makes no classes itself. Choose the folder of a project of it: ${projects.join(', ')}.`); // prettier-ignore
      throw new Problem('JavaBuild', `Gradle has made no classes. Does ${file} apply the java plugin${old}`);
    }
    return made;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The folders of the projects that settings.gradle names, where they are where they usually are. */
function projectsIn(folder: string): string[] {
  const file = ['settings.gradle', 'settings.gradle.kts'].map((name) => path.join(folder, name)).find(existsSync);
  if (file === undefined) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^\s*include\b/.test(line))
    .flatMap((line) => [...line.matchAll(/['"]:?([\w:.-]+)['"]/g)].map(([, name = '']) => name.replaceAll(':', '/')))
    .filter((name) => existsSync(path.join(folder, name)));
}

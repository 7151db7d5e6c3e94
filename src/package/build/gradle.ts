import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Problem } from '../../problem.ts';
import type { PackageSource } from '../collect-files.ts';
import { filesIn } from './made-files.ts';
import { runScript, wrapperOr, type ScriptBuild } from './run-script.ts';

const task = 'lambdaWorkbenchPackage';

/** A task beside the project's own, so that its build file stays as it is: classes and resources, and what they need at run time. */
const initScript = `allprojects {
  afterEvaluate { project ->
    if (project.projectDir.canonicalFile != new File(System.getenv('LAMBDA_WORKBENCH_PROJECT')).canonicalFile) return
    if (!project.plugins.hasPlugin('java')) return
    project.tasks.create('${task}', Sync) {
      into new File(System.getenv('LAMBDA_WORKBENCH_OUT'))
      from project.sourceSets.main.output
      into('lib') { from project.configurations.runtimeClasspath }
    }
  }
}
`;

/** Gradle (or gradlew): classes and resources at the root, what they need at run time in lib. */
export async function buildWithGradle({ folder, signal }: ScriptBuild): Promise<PackageSource[]> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-gradle-'));
  try {
    const script = path.join(scratch, 'package.gradle');
    const out = path.join(scratch, 'out');
    await writeFile(script, initScript);
    await runScript({
      command: wrapperOr(folder, 'gradlew', 'gradle'),
      args: ['--quiet', '--console=plain', '--init-script', script, task],
      cwd: folder,
      env: { LAMBDA_WORKBENCH_PROJECT: folder, LAMBDA_WORKBENCH_OUT: out },
      signal,
      install: 'Install Gradle (https://gradle.org), or add its wrapper (gradlew) to the folder.',
    });
    const made = await filesIn(out);
    if (made.length === 0)
      throw new Problem('JavaBuild', 'Gradle has made no classes. Does build.gradle apply the java plugin?');
    return made;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Problem } from '../../problem.ts';
import type { PackageSource } from '../collect-files.ts';
import { filesIn, filesOfArchive } from './made-files.ts';
import { runScript, wrapperOr, type ScriptBuild } from './run-script.ts';

const fatJarPlugin = /maven-(shade|assembly)-plugin/;
const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies';

/** `mvn package` (or mvnw): the shaded jar's contents where the build makes one, else target/classes and the dependencies in lib. */
export async function buildWithMaven({ folder, signal }: ScriptBuild): Promise<PackageSource[]> {
  const pom = await readFile(path.join(folder, 'pom.xml'), 'utf8');
  const isFat = fatJarPlugin.test(pom);
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-maven-'));
  try {
    const copied = path.join(scratch, 'lib');
    const copies = !isFat && /<dependency>|<parent>/.test(pom);
    await runScript({
      command: wrapperOr(folder, 'mvnw', 'mvn'),
      args: [
        '-q',
        '-B',
        '-DskipTests',
        'package',
        ...(copies ? [copyDependencies, '-DincludeScope=runtime', `-DoutputDirectory=${copied}`] : []),
      ],
      cwd: folder,
      signal,
      install: 'Install Maven (https://maven.apache.org), or add its wrapper (mvnw) to the folder.',
    });
    const target = path.join(folder, 'target');
    if (isFat) return await filesOfArchive(path.join(target, await fatJar(target)));
    const classes = await filesIn(path.join(target, 'classes'));
    if (classes.length === 0)
      throw new Problem('JavaBuild', 'Maven has made no classes in target/classes. Does pom.xml build a jar?');
    return [...classes, ...(await filesIn(copied, 'lib/'))];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The shaded jar takes the place of the plain one unless it has a name of its own. */
async function fatJar(target: string): Promise<string> {
  const names = (await readdir(target).catch(() => [])).filter(
    (name) => name.endsWith('.jar') && !/^original-|-(sources|javadoc|tests)\.jar$/.test(name),
  );
  const named = names.filter((name) => /-(shaded|all|aws|jar-with-dependencies)\.jar$/.test(name));
  const candidates = named.length > 0 ? named : names;
  const [jar] = candidates;
  if (jar !== undefined && candidates.length === 1) return jar;
  throw new Problem(
    'JavaBuild',
    jar === undefined
      ? 'Maven has made no jar in target. Does pom.xml build one?'
      : `There are several jars in target: ${candidates.join(', ')}. Run mvn clean and try again, or deploy the right one by its path.`,
  );
}

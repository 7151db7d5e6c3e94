import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
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
  const pom = readFileSync(path.join(folder, 'pom.xml'), 'utf8');
  const isFat = fatJarPlugin.test(pom);
  checkModule(pom);
  const root = reactorOf(folder);
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-maven-'));
  const name = root === undefined ? 'lib' : artifactOf(pom);
  // Maven copies what each module of the build needs, each to a folder of its own.
  const copied = path.join(scratch, root === undefined ? name : '${project.artifactId}');
  try {
    const copies = !isFat && /<dependency>|<parent>/.test(pom);
    await runScript({
      command: wrapperOr(root ?? folder, 'mvnw', 'mvn'),
      args: [
        '-q',
        '-B',
        '-DskipTests',
        ...(root === undefined ? [] : ['-pl', path.relative(root, folder), '-am']),
        'package',
        ...(copies ? [copyDependencies, '-DincludeScope=runtime', `-DoutputDirectory=${copied}`] : []), // prettier-ignore
      ],
      cwd: root ?? folder,
      signal,
      install: 'Install Maven (https://maven.apache.org), or add its wrapper (mvnw) to the folder.',
    });
    const target = path.join(folder, 'target');
    if (isFat) return await filesOfArchive(path.join(target, await fatJar(target)));
    const classes = await filesIn(path.join(target, 'classes'));
    if (classes.length === 0)
      throw new Problem('JavaBuild', 'Maven has made no classes in target/classes. Does pom.xml build a jar?');
    return [...classes, ...(await filesIn(path.join(scratch, name), 'lib/'))];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const levels = 4;

/** The folder of the pom.xml above that builds this module with others, which it may need; undefined where there is none. */
function reactorOf(folder: string): string | undefined {
  let root: string | undefined;
  let here = folder;
  for (let level = 0; level < levels && here !== path.dirname(here); level += 1) {
    here = path.dirname(here);
    const file = path.join(here, 'pom.xml');
    if (!existsSync(file)) continue;
    const modules = modulesIn(readFileSync(file, 'utf8')).map((name) => path.resolve(here, name));
    if (modules.includes(root ?? folder)) root = here;
  }
  return root;
}

const modulesIn = (pom: string): string[] =>
  [...withoutComments(pom).matchAll(/<module>\s*([^<]+?)\s*<\/module>/g)].map(([, name = '']) => name);

const withoutComments = (xml: string): string => xml.replaceAll(/<!--[\s\S]*?-->/g, '');

/** The artifact that a pom.xml is for: not its parent, nor what it needs. */
function artifactOf(pom: string): string {
  const own = withoutComments(pom).replaceAll(/<(parent|dependencies|dependencyManagement|build|profiles|reporting)>[\s\S]*?<\/\1>/g, ''); // prettier-ignore
  return /<artifactId>\s*([^<\s]+)/.exec(own)?.[1] ?? '';
}

function checkModule(pom: string): void {
  const modules = modulesIn(pom);
  if (modules.length === 0 || !/<packaging>\s*pom\s*</.test(pom)) return;
  throw new Problem('JavaBuild', `pom.xml makes no jar itself, its modules do: ${modules.join(', ')}. Choose the folder of one.`); // prettier-ignore
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

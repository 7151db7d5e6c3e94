import path from 'node:path';
import { Problem } from '../problem.ts';
import type { Names } from './names.ts';

/** The versions that Lambda has; classes of an older one run on each newer. */
const versions = [11, 17, 21, 25];
const defaultVersion = 21;
const buildFiles = ['pom.xml', 'build.gradle', 'build.gradle.kts'];
const sourceFile = /\.(java|kt)$/;

export const isJavaSource = (name: string): boolean => sourceFile.test(name);
const isTest = (name: string): boolean => /(^|\/)src\/test\//.test(name);

/** Whether there is something from which a Java function can be built. */
export const isJavaProject = (names: Names): boolean => buildFiles.some((name) => names.has(name)) || hasSource(names);

function hasSource(names: Names): boolean {
  for (const name of names) if (name.endsWith('.java') && !isTest(name)) return true;
  return false;
}

/** The runtime for the Java version that pom.xml or build.gradle compiles for; java21 where they do not say. */
export function javaRuntime(read: (name: string) => string): string {
  const pom = /<(?:maven\.compiler\.(?:release|target)|java\.version|release|target)>\s*(?:1\.)?(\d+)\s*</;
  const gradle =
    /(?:JavaLanguageVersion\.of\(|jvmToolchain\(|VERSION_|(?:source|target)Compatibility\s*=\s*['"]?|release(?:\.set\(|\s*=)\s*)(?:1\.)?(\d+)/;
  const stated = pom.exec(read('pom.xml')) ?? gradle.exec(`${read('build.gradle')}\n${read('build.gradle.kts')}`);
  const wanted = Number(stated?.[1] ?? defaultVersion);
  return `java${versions.find((version) => version >= wanted) ?? versions.at(-1)}`;
}

/**
 * The class with a method called handleRequest, as `package.Class::handleRequest`; undefined where there is none. Throws
 * `HandlerNotFound` where several have one.
 */
export function findJavaHandler(names: Names, read: (name: string) => string): string | undefined {
  const found: string[] = [];
  for (const name of names) {
    if (!sourceFile.test(name) || isTest(name)) continue;
    const source = read(name).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''); // no handler that is commented out
    const stem = path.posix.basename(name).replace(sourceFile, '');
    const declared = new RegExp(`^[^\\n"]*\\b(?:class|record|enum|object)\\s+${stem}\\b`, 'm').exec(source)?.[0];
    if (declared === undefined || /\babstract\b/.test(declared) || !/\bhandleRequest\s*\(/.test(source)) continue;
    const inPackage = /^\s*package\s+([\w.]+)/m.exec(source)?.[1];
    found.push(`${inPackage ? `${inPackage}.` : ''}${stem}::handleRequest`);
  }
  if (found.length > 1) {
    throw new Problem(
      'HandlerNotFound',
      `Several classes have a method handleRequest: ${found.join(', ')}. Name the one that handles events with --handler, or in lambda.json.`,
    );
  }
  return found[0];
}

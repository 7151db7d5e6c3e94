// Java packages: what is found in sources and build files, what javac and Gradle say, and what Maven is asked to do. What they build runs in
// test/contract/built-packages.test.ts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { findRuntime } from '../../../src/package/find-runtime.ts';
import { Problem } from '../../../src/problem.ts';
import { classesOf } from '../../contract/java-classes.ts';
import { zipOf } from '../../contract/zip-of.ts';
import { fakeTool, withoutTools } from './fake-tool.ts';
import { folderWith, pack, scratch, unzip } from './scratch.ts';

const source = `package shop;
// class Old { void handleRequest() {} }
public class Orders {
  public String handleRequest(String event) { return Greeting.of(event); }
  public static void main(String[] args) { System.out.println(new Orders().handleRequest("Ada")); }
}
`;
const pom = (more: string): string => `<project><properties><maven.compiler.release>17</maven.compiler.release></properties>${more}</project>`; // prettier-ignore
const names = (built: { entries: readonly { path: string }[] }): string[] =>
  built.entries.map((entry) => entry.path).filter((name) => !name.endsWith('/'));

describe('a folder of Java sources', () => {
  it('is compiled with its libraries, which ship, and runs; the same bytes each time', async (t) => {
    const parent = scratch(t);
    const library = classesOf({ 'Greeting.java': 'package shop; public class Greeting { public static String of(String name) { return "Hello, " + name; } }' }); // prettier-ignore
    const jar = await zipOf(Object.fromEntries(Object.values(library).map((each) => ['shop/Greeting.class', each])));
    const folder = folderWith(parent, {
      'code/Orders.java': source,
      'lib/greeting.jar': jar,
      'data.txt': 'x',
      'src/test/OrdersTest.java': 'no Java at all',
    });
    const built = await pack(parent, folder);
    assert.deepEqual([built.runtime, built.handler], ['java21', 'shop.Orders::handleRequest']);
    assert.deepEqual(names(built), ['data.txt', 'lib/greeting.jar', 'shop/Orders.class']);
    const out = path.join(parent, 'out');
    unzip(built.file, out);
    const said = execFileSync('java', ['-cp', `${out}${path.delimiter}${out}/lib/*`, 'shop.Orders'], { encoding: 'utf8' }); // prettier-ignore
    assert.equal(said, 'Hello, Ada\n');
    assert.equal((await pack(parent, folder)).codeSha256, built.codeSha256);
    assert.deepEqual(readdirSync(folder).sort(), ['code', 'data.txt', 'lib', 'src']);
  });

  it('that does not compile gives the compiler its say', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'Orders.java': source });
    await assert.rejects(pack(parent, folder), {
      code: 'ToolFailed',
      message: /Orders\.java:4: error: cannot find symbol/,
    });
  });

  it('needs a JDK, and says so', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'Orders.java': source });
    withoutTools(t);
    await assert.rejects(pack(parent, folder), { code: 'ToolMissing', message: /^javac is needed.*Install a JDK/ });
  });

  it('with several handlers asks which, and takes the one that is named', async (t) => {
    const folder = folderWith(scratch(t), { 'shop/Orders.java': source, 'Other.java': 'class Other { void handleRequest() {} }', 'Base.java': 'abstract class Base { void handleRequest() {} }' }); // prettier-ignore
    const found = { folder, names: new Set(['shop/Orders.java', 'Other.java', 'Base.java']) };
    assert.throws(
      () => findRuntime(found),
      (error) => {
        assert.ok(error instanceof Problem && error.code === 'HandlerNotFound');
        assert.match(error.message, /shop\.Orders::handleRequest, Other::handleRequest\. Name the one/);
        return true;
      },
    );
    const named = { runtime: 'java21', handler: 'Other::handleRequest' };
    assert.deepEqual(findRuntime({ ...found, handler: 'Other::handleRequest' }), named);
  });
});

describe('the Java version', () => {
  for (const [file, text, runtime] of [
    ['pom.xml', pom(''), 'java17'],
    ['pom.xml', '<maven.compiler.target>1.8</maven.compiler.target>', 'java11'],
    ['pom.xml', '<project/>', 'java21'],
    ['build.gradle', 'java { toolchain { languageVersion = JavaLanguageVersion.of(25) } }', 'java25'],
    ['build.gradle.kts', 'kotlin { jvmToolchain(17) }', 'java17'],
    ['build.gradle', "sourceCompatibility = '11'", 'java11'],
    ['build.gradle', 'java { sourceCompatibility = JavaVersion.VERSION_20 }', 'java21'],
  ] as const) {
    it(`of ${file} with ${text} makes ${runtime}`, async (t) => {
      const folder = folderWith(scratch(t), { [file]: text, 'src/main/java/shop/Orders.java': source });
      const found = findRuntime({ folder, names: new Set([file, 'src/main/java/shop/Orders.java']) });
      assert.deepEqual(found, { runtime, handler: 'shop.Orders::handleRequest' });
    });
  }
});

describe('Maven', () => {
  const files = { 'src/main/java/shop/Orders.java': source, 'README.md': '' };

  it('builds classes, and copies the dependencies into lib', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { ...files, 'pom.xml': pom('<dependency>') });
    const script = `mkdir -p target/classes/shop; echo a > target/classes/shop/Orders.class; echo b > target/classes/data.txt
for each; do case "$each" in -DoutputDirectory=*) mkdir -p "\${each#*=}"; echo c > "\${each#*=}/greeting.jar";; esac; done`;
    const called = fakeTool(t, parent, 'mvn', script);
    const built = await pack(parent, folder);
    assert.deepEqual(names(built), ['data.txt', 'lib/greeting.jar', 'shop/Orders.class']);
    assert.deepEqual([built.runtime, built.handler], ['java17', 'shop.Orders::handleRequest']);
    assert.deepEqual(called().slice(0, 4), ['-q', '-B', '-DskipTests', 'package']);
    assert.match(called()[4] ?? '', /copy-dependencies$/);
    assert.equal(called()[5], '-DincludeScope=runtime');
  });

  it('that makes a shaded jar ships what is in it, whatever times it has', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { ...files, 'pom.xml': pom('<artifactId>maven-shade-plugin</artifactId>') });
    writeFileSync(
      path.join(parent, 'made.jar'),
      await zipOf({ 'META-INF/MANIFEST.MF': 'x', 'shop/Orders.class': 'y' }),
    );
    const called = fakeTool(t, parent, 'mvn', `mkdir -p target; cp ../made.jar target/orders-1.0.jar; echo > target/original-orders-1.0.jar`); // prettier-ignore
    assert.deepEqual(names(await pack(parent, folder)), ['META-INF/MANIFEST.MF', 'shop/Orders.class']);
    assert.deepEqual(called(), ['-q', '-B', '-DskipTests', 'package']);
    writeFileSync(path.join(folder, 'target', 'orders-2.0.jar'), '');
    await assert.rejects(pack(parent, folder), {
      code: 'JavaBuild',
      message: /several jars.*orders-1\.0\.jar, orders-2\.0/,
    });
  });

  it('of modules builds the one with what it needs; their parent has nothing to ship', async (t) => {
    const parent = scratch(t);
    const modules = '<project><packaging>pom</packaging><modules><module>lib</module><!-- <module>old</module> --><module>fn</module></modules></project>'; // prettier-ignore
    const own = '<project><parent><artifactId>all</artifactId></parent><artifactId>orders</artifactId><dependencies><dependency><artifactId>lib</artifactId></dependency></dependencies></project>'; // prettier-ignore
    const root = folderWith(parent, { 'pom.xml': modules, 'fn/pom.xml': own, 'fn/src/main/java/shop/Orders.java': source }); // prettier-ignore
    const script = `mkdir -p fn/target/classes/shop; echo a > fn/target/classes/shop/Orders.class
for each; do case "$each" in -DoutputDirectory=*) place="\${each#*=}"; place="\${place%/*}/orders"; mkdir -p "$place"; echo c > "$place/lib.jar";; esac; done`;
    const called = fakeTool(t, parent, 'mvn', script);
    assert.deepEqual(names(await pack(parent, path.join(root, 'fn'))), ['lib/lib.jar', 'shop/Orders.class']);
    assert.deepEqual(called().slice(0, 7), ['-q', '-B', '-DskipTests', '-pl', 'fn', '-am', 'package']);
    await assert.rejects(pack(parent, root), { code: 'JavaBuild', message: /its modules do: lib, fn\. Choose the folder of one\./ }); // prettier-ignore
  });

  it('of the folder comes first, and what it says is shown', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      ...files,
      'pom.xml': pom(''),
      mvnw: '#!/bin/sh\necho "[ERROR] from the wrapper"; exit 1\n',
    });
    execFileSync('chmod', ['755', path.join(folder, 'mvnw')]);
    await assert.rejects(pack(parent, folder), {
      code: 'ToolFailed',
      message: /mvnw.* failed \(1\):\n\[ERROR\] from the wrapper/,
    });
  });

  it('that is missing is asked for', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { ...files, 'pom.xml': pom('') });
    withoutTools(t);
    await assert.rejects(pack(parent, folder), { code: 'ToolMissing', message: /^mvn is needed.*Install Maven/ });
    assert.ok(!existsSync(path.join(parent, 'out.zip')));
  });
});

describe('Gradle', () => {
  const failing = {
    'build.gradle': "plugins { id 'java' }\n",
    'gradle.properties': 'org.gradle.daemon=false\n',
    'src/main/java/shop/Orders.java': source,
  };

  it('says what the compiler says, and nothing is made', async (t) => {
    const parent = scratch(t);
    const message = /gradle .*lambdaWorkbenchPackage failed \(1\):\n.*Orders\.java:4: error: cannot find symbol.*BUILD FAILED/s; // prettier-ignore
    await assert.rejects(pack(parent, folderWith(parent, failing)), { code: 'ToolFailed', message });
    assert.ok(!existsSync(path.join(parent, 'out.zip')));
  });

  it('of a project that builds no Java has made nothing', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { ...failing, 'build.gradle': '' });
    await assert.rejects(pack(parent, folder), { code: 'JavaBuild', message: /build\.gradle apply the java plugin\?/ });
    folderWith(parent, { 'settings.gradle': "include 'app', ':libs:core'\n", 'app/build.gradle': '', 'libs/core/build.gradle': '' }); // prettier-ignore
    await assert.rejects(pack(parent, folder), { code: 'JavaBuild', message: /^build\.gradle makes no classes itself\..*: app, libs\/core\.$/ }); // prettier-ignore
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { collectFiles, sortByName } from '../../../src/package/collect-files.ts';
import { Problem } from '../../../src/problem.ts';
import { folderWith, pack, scratch, unzip } from './scratch.ts';

const names = (folder: string): string[] =>
  collectFiles(folder)
    .sources.filter(({ kind }) => kind !== 'folder')
    .map(({ name }) => name);

describe('what of a folder ships', () => {
  it('is never history, secrets, or what editors and systems leave, whatever .lambdaignore says', (t) => {
    const folder = folderWith(scratch(t), {
      '.git/HEAD': '',
      '.env': 'SECRET=1',
      '.env.local': '',
      '.ENV.production': '',
      'sub/.env.test': '',
      '.aws/credentials': '',
      '.vscode/settings.json': '',
      '.idea/workspace.xml': '',
      id_rsa: '',
      '__pycache__/a.pyc': '',
      '.DS_Store': '',
      'node_modules/.cache/x': '',
      'node_modules/a/index.js': '',
      '.lambdaignore': '!.env\n!.git\n',
      'environment.js': '',
      '.environment': '',
      'index.mjs': '',
    });
    assert.deepEqual(names(folder), ['environment.js', 'index.mjs', 'node_modules/a/index.js']);
    const leftOut = collectFiles(folder).leftOut.map(({ name, why }) => `${name} ${why}`);
    assert.ok(leftOut.includes('.git/ never'));
    assert.ok(leftOut.includes('sub/.env.test never'));
  });

  it('follows .lambdaignore as git follows .gitignore, nested ones too', (t) => {
    const folder = folderWith(scratch(t), {
      '.lambdaignore': '# comment\n*.log\n!keep.log\n/build\ndocs/\n**/tmp/*.txt\n',
      'a.log': '',
      'keep.log': '',
      'build/x.js': '',
      'src/build/x.js': '',
      'docs/readme.md': '',
      'src/tmp/a.txt': '',
      'src/tmp/a.js': '',
      'src/.lambdaignore': 'secret.json\n!b.log\n',
      'src/secret.json': '',
      'src/b.log': '',
      'secret.json': '',
    });
    assert.deepEqual(names(folder), ['keep.log', 'secret.json', 'src/b.log', 'src/build/x.js', 'src/tmp/a.js']);
    const leftOut = collectFiles(folder).leftOut.map(({ name, why }) => `${name} ${why}`);
    assert.ok(leftOut.includes('docs/ rule'));
  });

  it('leaves a private key out and says so, but ships a certificate', (t) => {
    const folder = folderWith(scratch(t), {
      'tls.key': '-----BEGIN RSA PRIVATE KEY-----\n',
      'ca.pem': '-----BEGIN CERTIFICATE-----\n',
    });
    assert.deepEqual(names(folder), ['ca.pem']);
    assert.match(collectFiles(folder).warnings.join(), /tls\.key is left out: it is a private key/);
  });

  it('leaves out what is no file and says so', (t) => {
    const folder = folderWith(scratch(t), { 'index.mjs': '' });
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    assert.deepEqual(names(folder), ['index.mjs']);
    assert.match(collectFiles(folder).warnings.join(), /pipe is left out: it is a socket, a pipe or a device/);
  });

  it('keeps links that stay inside, so that a pnpm tree works', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'index.js': "exports.handler = async () => require('dep');",
      'node_modules/.pnpm/dep@1/node_modules/dep/index.js': 'module.exports = 42;',
    });
    symlinkSync('.pnpm/dep@1/node_modules/dep', path.join(folder, 'node_modules/dep'));
    const built = await pack(parent, folder);
    unzip(built.file, path.join(parent, 'out'));
    const script = `require(${JSON.stringify(path.join(parent, 'out/index.js'))}).handler().then(console.log)`;
    assert.equal(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }), '42\n');
  });

  it('refuses names that do not survive the way to Lambda', (t) => {
    const parent = scratch(t);
    const refuses = (folder: string, code: string, says: RegExp): void => {
      assert.throws(
        () => collectFiles(folder),
        (error) => error instanceof Problem && error.code === code && says.test(error.message),
      );
    };
    refuses(
      folderWith(parent, { 'Data.json': '', 'data.json': '' }, 'case'),
      'NamesCollide',
      /Data\.json and data\.json/,
    );
    refuses(folderWith(parent, { 'a\\b.txt': '' }, 'backslash'), 'NameUnusable', /a\\b\.txt/);
    const latin1 = path.join(parent, 'latin1');
    mkdirSync(latin1);
    writeFileSync(Buffer.concat([Buffer.from(`${latin1}/caf`), Buffer.from([0xe9])]), '');
    refuses(latin1, 'NameNotUtf8', /caf/);
    const folder = path.join(parent, 'latin1-folder');
    mkdirSync(folder);
    mkdirSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]));
    refuses(folder, 'NameNotUtf8', /caf/);
  });

  it('sorts by bytes, also beyond the first plane of Unicode', () => {
    const sorted = sortByName(['b', 'a/', 'a.txt', '\u{1F600}', '\uFF5E', 'Z'].map((name) => ({ name })));
    assert.deepEqual(
      sorted.map(({ name }) => name),
      ['Z', 'a.txt', 'a/', 'b', '\uFF5E', '\u{1F600}'],
    );
  });

  it('warns of what looks like an AWS access key, but not of the one that documentation shows', async (t) => {
    const parent = scratch(t);
    const key = ['AKIA', 'QWERTYUIOPASDFGH'].join('');
    const folder = folderWith(parent, {
      'index.mjs': 'export const handler = 1;',
      'config.js': `const id = '${key}';`,
      'readme.md': 'AKIAIOSFODNN7EXAMPLE',
      'long.txt': `X${key}X`,
    });
    const { warnings } = await pack(parent, folder);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /^config\.js holds what looks like an AWS access key \(AKIA…DFGH\)/);
    assert.doesNotMatch(warnings[0] ?? '', new RegExp(key));
  });
});

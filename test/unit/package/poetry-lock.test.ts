import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requirementsOfPoetryLock } from '../../../src/package/build/poetry-lock.ts';

const locked = (name: string, version: string, more = ''): string =>
  `[[package]]\nname = "${name}"\nversion = "${version}"\noptional = false\n${more}\n`;
const linesOf = (text: string): string[] => text.trimEnd().split('\n');
const read = (pyproject: string, lock: string): { requirements: string[]; constraints: string[] } => {
  const found = requirementsOfPoetryLock('/fn', { pyproject, lock });
  return { requirements: linesOf(found.requirements), constraints: linesOf(found.constraints) };
};

describe('a poetry.lock', () => {
  it('pins what Poetry’s own table declares, and constrains what that needs', () => {
    const pyproject = `[tool.poetry.dependencies]
python = "^3.11"
Flask_Login = "^1.0"
web = { version = "*", extras = ["fast", "safe"], markers = "sys_platform == 'linux'" }
maybe = { version = "*", optional = true }
[tool.poetry.group.dev.dependencies]
pytest = "*"
`;
    const lock = [
      locked('flask-login', '1.2.3'),
      locked('web', '4.0'),
      locked('leaf', '0.1'),
      locked('maybe', '1'),
    ].join('');
    assert.deepEqual(read(pyproject, lock), {
      requirements: ['flask-login==1.2.3', "web[fast,safe]==4.0 ; sys_platform == 'linux'"],
      constraints: ['flask-login==1.2.3', 'web==4.0', 'leaf==0.1', 'maybe==1'],
    });
  });

  it('pins what the standard’s list declares, by the lock’s markers where it has several versions', () => {
    const pyproject = `[project]
dependencies = [
  "requests[socks] (>=2.0,<3.0)",
  "numpy>=1; python_version >= '3.9'",
]
`;
    const lock = `${locked('requests', '2.32.0', 'groups = ["main"]\nmarkers = { main = "sys_platform != \'win32\'", dev = "x" }')}${locked('numpy', '1.0', `markers = 'python_version < "3.12"'`)}${locked('numpy', '2.0', `markers = 'python_version >= "3.12"'`)}`;
    assert.deepEqual(read(pyproject, lock), {
      requirements: ['requests[socks]==2.32.0', "numpy ; python_version >= '3.9'"],
      constraints: [
        "requests==2.32.0 ; sys_platform != 'win32'",
        'numpy==1.0 ; python_version < "3.12"',
        'numpy==2.0 ; python_version >= "3.12"',
      ],
    });
  });

  it('takes files, addresses, repositories and other indexes from where the lock has them', () => {
    const pyproject = '[tool.poetry.dependencies]\na = "*"\nb = "*"\nc = "*"\nd = "*"\n';
    const source = (fields: Record<string, string>): string =>
      `[package.source]\n${Object.entries(fields).map(([key, value]) => `${key} = "${value}"\n`).join('')}`; // prettier-ignore
    const lock = [
      locked('a', '1', source({ type: 'file', url: 'wheels/a b.whl' })),
      locked('b', '1', source({ type: 'url', url: 'https://example.com/b.whl' })),
      locked('c', '1', source({ type: 'git', url: 'https://example.com/c.git', resolved_reference: 'abc', subdirectory: 'py' })), // prettier-ignore
      locked('d', '1', source({ type: 'legacy', url: 'https://example.com/simple', reference: 'own' })),
    ].join('');
    assert.deepEqual(read(pyproject, lock).requirements, [
      '--extra-index-url https://example.com/simple',
      'a @ file:///fn/wheels/a%20b.whl',
      'b @ https://example.com/b.whl',
      'c @ git+https://example.com/c.git@abc#subdirectory=py',
      'd==1',
    ]);
  });

  it('that lacks what is declared, or is none, is refused', () => {
    const pyproject = '[tool.poetry.dependencies]\nweb = "*"\n';
    assert.throws(() => read(pyproject, locked('other', '1')), { code: 'PythonDependencies', message: /^poetry\.lock does not have web.*Run "poetry lock"/ }); // prettier-ignore
    assert.throws(() => read(pyproject, '<<<<<<< HEAD'), { code: 'PythonDependencies', message: /^poetry\.lock is not TOML/ }); // prettier-ignore
  });
});

import type { ToolRun } from './run-tool.ts';

export interface PipRun {
  /** Of pip. */
  readonly args: readonly string[];
  /** Python's at Lambda, such as `3.13`. */
  readonly version: string;
  /** `x86_64` or `aarch64`. */
  readonly machine: string;
}

/**
 * pip's own options choose wheels for another system, but conditions (`; python_version < "3.12"`, `sys_platform == "linux"`, PEP 508) it
 * holds against the Python that it runs in: what only Lambda needs would be missing without a word. So they are held against Lambda's.
 */
const script = `import sys
from pip._internal.cli.main import main
from pip._vendor.packaging import markers
version, machine = sys.argv[1:3]
here = markers.default_environment
there = {
    "implementation_name": "cpython", "implementation_version": version + ".0", "os_name": "posix", "platform_machine": machine,
    "platform_python_implementation": "CPython", "platform_release": "", "platform_system": "Linux", "platform_version": "",
    "python_full_version": version + ".0", "python_version": version, "sys_platform": "linux",
}
markers.default_environment = lambda: {**here(), **there}
sys.exit(main(sys.argv[3:]))
`;

/** pip of this machine, run so that it installs as it would at Lambda. */
export function pipForLambda({ args, version, machine }: PipRun): Pick<ToolRun, 'command' | 'args' | 'shown'> {
  const command = process.platform === 'win32' ? 'python' : 'python3';
  return {
    command,
    args: ['-c', script, version, machine, ...args],
    shown: [command, '-m', 'pip', ...args].join(' '),
  };
}

import type { Containment } from './mount-namespaces.ts';

/** Limits of Lambda's execution environment that this system does not hold functions to, as phrases for a sentence. */
export function notEnforced(containment: Containment): string[] {
  return [
    'the CPU share of a memory size',
    process.platform === 'linux' ? 'memory of extensions, and for less than 100 ms of functions' : 'memory',
    ...(containment === 'none' ? ['the size of /tmp', 'the number of open files'] : []),
    ...(containment === 'files and processes' ? [] : ['the number of processes']),
    'rules for network and system calls',
    ...(process.platform === 'win32' ? ['the freeze between invocations'] : []),
    ...(containment === 'none' && process.getuid?.() === 0
      ? ['read-only code, since the local Lambda runs as root']
      : []),
  ];
}

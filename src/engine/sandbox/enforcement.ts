import type { Controller } from './control-group-places.ts';
import type { Containment } from './mount-namespaces.ts';

export interface Enforcement {
  readonly containment: Containment;
  /** What control groups limit. */
  readonly groups: ReadonlySet<Controller>;
  /** Whether the share of processors was asked for. */
  readonly cpuShare: boolean;
}

/** Limits of Lambda's execution environment that this system does not hold functions to, as phrases for a sentence. */
export function notEnforced({ containment, groups, cpuShare }: Enforcement): string[] {
  return [
    ...processorsOf(groups, cpuShare),
    ...memoryOf(groups),
    ...(containment === 'none' ? ['the size of /tmp', 'the number of open files'] : []),
    ...(containment === 'files and processes' || groups.has('pids') ? [] : ['the number of processes']),
    'rules for network and system calls',
    ...(process.platform === 'win32' ? ['the freeze between invocations'] : []),
    ...(containment === 'none' && process.getuid?.() === 0
      ? ['read-only code, since the local Lambda runs as root']
      : []),
  ];
}

function processorsOf(groups: Enforcement['groups'], cpuShare: boolean): string[] {
  if (cpuShare && groups.has('cpu')) return [];
  return [`the CPU share of a memory size${!cpuShare && groups.has('memory') ? ' (but with --cpu-share)' : ''}`];
}

function memoryOf(groups: Enforcement['groups']): string[] {
  if (groups.has('memory')) return [];
  return [process.platform === 'linux' ? 'memory of extensions, and for less than 100 ms of functions' : 'memory'];
}

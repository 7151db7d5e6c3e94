// Where this process may make control groups: pure, from what the system says of its mounts and of the groups that it is in.
import path from 'node:path';

export type Controller = 'memory' | 'pids' | 'cpu';

const controllers: readonly Controller[] = ['memory', 'pids', 'cpu'];

export interface ControlGroupPlaces {
  /** Of the one hierarchy of version 2: one's own group and those above it, the nearest first. */
  readonly unified: readonly string[];
  /** Of the hierarchies of version 1: one's own group in each. */
  readonly separate: ReadonlyMap<Controller, string>;
}

interface Mount {
  readonly version: 1 | 2;
  /** The group that is mounted there. */
  readonly root: string;
  readonly point: string;
  readonly options: readonly string[];
}

/** By the text of /proc/self/mountinfo and /proc/self/cgroup; source: proc(5), cgroups(7). */
export function controlGroupPlaces(mountinfo: string, membership: string): ControlGroupPlaces {
  const mounts = mountinfo.split('\n').flatMap(groupMount);
  const own = membership.split('\n').flatMap((line) => {
    const [, names, group] = /^\d+:([^:]*):(.+)$/.exec(line) ?? [];
    return names === undefined || group === undefined ? [] : [{ names: names.split(','), group }];
  });
  const folderOf = (mount: Mount | undefined, controller: string): string | undefined => {
    const group = own.find(({ names }) => names.includes(controller))?.group;
    return mount && group !== undefined ? folderIn(mount, group) : undefined;
  };
  const two = mounts.find(({ version }) => version === 2);
  const nearest = folderOf(two, '');
  const separate = controllers.flatMap((controller) => {
    const mount = mounts.find(({ version, options }) => version === 1 && options.includes(controller));
    const folder = folderOf(mount, controller);
    return folder === undefined ? [] : [[controller, folder] as const];
  });
  return {
    unified: two === undefined || nearest === undefined ? [] : upTo(two.point, nearest),
    separate: new Map(separate),
  };
}

function groupMount(line: string): Mount[] {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root, point] = before.split(' ');
  const [type, , options = ''] = after.split(' ');
  if (root === undefined || point === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
  const version = type === 'cgroup' ? 1 : 2;
  return [{ version, root: unescaped(root), point: unescaped(point), options: options.split(',') }];
}

/** Undefined for a group outside what is mounted. */
function folderIn({ root, point }: Mount, group: string): string | undefined {
  const inside = path.posix.relative(root, group);
  return inside === '..' || inside.startsWith('../') ? undefined : path.posix.join(point, inside);
}

function upTo(top: string, folder: string): string[] {
  return folder === top ? [folder] : [folder, ...upTo(top, path.posix.dirname(folder))];
}

/** Spaces and the like are written as octal numbers. */
const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

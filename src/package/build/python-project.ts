// What pyproject.toml declares, the standard's way (PEP 621) and Poetry's.

export type Table = Readonly<Record<string, unknown>>;

export interface Declared {
  /** As package indexes compare it: in lower case, with hyphens (PEP 503). */
  readonly name: string;
  readonly extras: readonly string[];
  /** When it is needed, such as `sys_platform == "linux"`. */
  readonly markers?: string | undefined;
}

/** The dependencies of a parsed pyproject.toml without which its code does not run: no groups, no optional ones. */
export function declaredIn(project: Table): Declared[] {
  const standard = objectIn(project, 'project')?.['dependencies'];
  if (Array.isArray(standard)) return standard.flatMap((each) => (typeof each === 'string' ? fromText(each) : []));
  const poetry = objectIn(objectIn(objectIn(project, 'tool'), 'poetry'), 'dependencies') ?? {};
  return Object.entries(poetry).flatMap(([name, value]) => {
    if (name === 'python' || (isTable(value) && value['optional'] === true)) return [];
    const extras = isTable(value) && Array.isArray(value['extras']) ? value['extras'].map(String) : [];
    return [{ name: normalized(name), extras, markers: stringIn(value, 'markers') }];
  });
}

/** PEP 508: a name, extras, a version or an address, and when it is needed. */
function fromText(requirement: string): Declared[] {
  const [, name, extras, markers] = /^\s*([\w.-]+)\s*(?:\[([^\]]*)\])?[^;]*(?:;\s*(.+))?$/s.exec(requirement) ?? [];
  if (name === undefined) return [];
  const asked = (extras ?? '').split(',').map((each) => each.trim());
  return [{ name: normalized(name), extras: asked.filter(Boolean), markers: markers?.trim() }];
}

export const normalized = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function objectIn(value: unknown, key: string): Table | undefined {
  const found = isTable(value) ? value[key] : undefined;
  return isTable(found) ? found : undefined;
}

export function stringIn(value: unknown, key: string): string | undefined {
  const found = isTable(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

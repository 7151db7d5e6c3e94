import type { ServiceModel, ShapeModel } from '../model/service-model.ts';

type Tree = Map<string, Tree | string>;

/** Deeper than any input of a model. */
const deepest = 24;

/**
 * A form such as `Dimensions.member.1.Name=FunctionName` as the input that its shape describes, with timestamps as seconds since the
 * epoch. What cannot be read as its type stays a text, which the check of types then tells; what the shape does not know is left out.
 */
export function readQueryInput(model: ServiceModel, shapeName: string, form: URLSearchParams): Record<string, unknown> {
  const tree: Tree = new Map();
  for (const [name, value] of form) plant(tree, name.split('.', deepest), value);
  return structure(model, shapeOf(model, shapeName), tree);
}

function plant(tree: Tree, path: readonly string[], value: string): void {
  let at = tree;
  for (const name of path.slice(0, -1)) {
    const below = at.get(name);
    const next: Tree = below instanceof Map ? below : new Map();
    at.set(name, next);
    at = next;
  }
  at.set(path.at(-1) ?? '', value);
}

function structure(model: ServiceModel, shape: ShapeModel, tree: Tree): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members ?? {})) {
    const given = tree.get(name);
    if (given !== undefined) read[name] = valueOf(model, member.shape, given);
  }
  return read;
}

function valueOf(model: ServiceModel, shapeName: string, given: Tree | string): unknown {
  const shape = shapeOf(model, shapeName);
  if (typeof given === 'string') {
    if (shape.type === 'list' && given === '') return [];
    return scalar(shape.type, given);
  }
  if (shape.type === 'structure') return structure(model, shape, given);
  if (shape.type !== 'list') return Object.fromEntries(given); // mistyped: told by the check of types
  const members = given.get('member');
  if (!(members instanceof Map)) return [];
  return [...members]
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, each]) => valueOf(model, shape.member ?? '', each));
}

function scalar(type: string, text: string): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'timestamp') return secondsOf(text);
  if (type !== 'integer' && type !== 'long' && type !== 'double') return text;
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Of ISO 8601, which is UTC where it does not say, or of a number. */
function secondsOf(text: string): unknown {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return text;
  const hasZone = !text.includes('T') || /(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const time = Date.parse(hasZone ? text : `${text}Z`);
  return Number.isNaN(time) ? text : time / 1000;
}

function shapeOf(model: ServiceModel, name: string): ShapeModel {
  const shape = model.shapes[name];
  if (!shape) throw new Error(`The service model has no shape ${name}`);
  return shape;
}

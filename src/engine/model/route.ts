import type { ServiceModel } from './service-model.ts';

export interface RouteMatch {
  readonly operation: string;
  /** URI labels, percent-decoded. */
  readonly labels: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly operation: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly labels: readonly string[];
  /** Of two operations at one path, one is asked for by such a parameter (`?find=LayerVersion`). */
  readonly parameter: readonly [name: string, value: string] | undefined;
  readonly literals: number;
}

/** Finds the operation of a REST request. A trailing slash is as good as none (AWS CLI 2.9 sends one). */
export class RouteTable {
  /** By method. */
  readonly #routes: Readonly<Partial<Record<string, CompiledRoute[]>>>;

  constructor(model: ServiceModel) {
    const routes = Object.entries(model.operations)
      .map(([operation, { method, uri }]) => compile(operation, method, uri))
      // `/functions/{name}/code` before `/functions/{name}/{anything}`, and `?find=…` before the path alone
      .sort((a, b) => b.literals - a.literals || Number(Boolean(b.parameter)) - Number(Boolean(a.parameter)));
    this.#routes = Object.groupBy(routes, ({ method }) => method);
  }

  match(method: string, path: string, query?: () => URLSearchParams): RouteMatch | undefined {
    for (const route of this.#routes[method] ?? []) {
      const found = route.pattern.exec(path);
      if (!found) continue;
      if (route.parameter && query?.().get(route.parameter[0]) !== route.parameter[1]) continue;
      const labels: Record<string, string> = {};
      route.labels.forEach((label, index) => {
        labels[label] = decodeLabel(found[index + 1] ?? '');
      });
      return { operation: route.operation, labels };
    }
    return undefined;
  }
}

function compile(operation: string, method: string, uri: string): CompiledRoute {
  const labels: string[] = [];
  const [path = '', query] = uri.split('?');
  const [[...parameter] = []] = new URLSearchParams(query);
  const source = path
    .replace(/\/$/, '')
    .split('/')
    .map((segment) => {
      const label = /^\{(.+?)(\+?)\}$/.exec(segment);
      if (!label?.[1]) return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      labels.push(label[1]);
      return label[2] ? '(.+)' : '([^/]+)';
    })
    .join('/');
  return {
    operation,
    method,
    labels,
    parameter: query === undefined ? undefined : [parameter[0] ?? '', parameter[1] ?? ''],
    literals: source.split('/').length - labels.length,
    pattern: new RegExp(`^${source}/?$`),
  };
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray "%" fails the name's own pattern with a better message than a decoding error
  }
}

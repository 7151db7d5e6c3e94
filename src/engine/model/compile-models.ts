// Turns the published service models (source/*.json.gz, Apache-2.0 data) into the small tables the engine reads at run time:
// routes of every operation, and names, types and constraints of the inputs of those it serves.
// Run it with `npm run models`; a unit test compares the committed tables with a fresh compilation.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { OperationModel, ServiceModel, ShapeModel } from './service-model.ts';

interface SourceShape extends Record<string, unknown> {
  members?: Record<string, { shape: string; location?: string; locationName?: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
}

interface SourceModel {
  metadata: { protocol: string; targetPrefix?: string };
  operations: Record<
    string,
    { http: { method: string; requestUri: string; responseCode?: number }; input?: { shape: string } }
  >;
  shapes: Record<string, SourceShape>;
}

const keptConstraints = ['type', 'required', 'min', 'max', 'pattern', 'enum', 'payload', 'sensitive'];

export function compileModel(source: SourceModel, withInputs: (operation: string) => boolean): ServiceModel {
  const operations: Record<string, OperationModel> = {};
  const shapes: Record<string, ShapeModel> = {};

  const keep = (name: string): void => {
    const shape = source.shapes[name];
    if (shapes[name] || !shape) return;
    const kept: Record<string, unknown> = {};
    for (const key of keptConstraints) if (shape[key] !== undefined) kept[key] = shape[key];
    // The engine fills the table while it walks it; the finished record has the model's shape.
    shapes[name] = kept as unknown as ShapeModel;
    if (shape.members) {
      kept['members'] = Object.fromEntries(
        Object.entries(shape.members).map(([member, { shape: target, location, locationName }]) => {
          keep(target);
          return [member, { shape: target, ...(location && { location }), ...(locationName && { locationName }) }];
        }),
      );
    }
    for (const part of ['member', 'key', 'value'] as const) {
      const target = shape[part]?.shape;
      if (!target) continue;
      keep(target);
      kept[part] = target;
    }
  };

  for (const [name, { http, input }] of Object.entries(source.operations).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const served = withInputs(name) && input !== undefined;
    if (served) keep(input.shape);
    operations[name] = {
      method: http.method,
      uri: http.requestUri,
      status: http.responseCode ?? 200,
      ...(served && { input: input.shape }),
    };
  }
  return { ...(source.metadata.targetPrefix && { targetPrefix: source.metadata.targetPrefix }), operations, shapes };
}

const services = ['lambda', 'logs', 'cloudwatch'] as const;
type ServiceName = (typeof services)[number];

export const servedOperations: Record<ServiceName, readonly string[]> = {
  lambda: [
    'CreateFunction',
    'GetFunction',
    'GetFunctionConfiguration',
    'ListFunctions',
    'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
    'DeleteFunction',
    'Invoke',
    'InvokeWithResponseStream',
    'PutFunctionEventInvokeConfig',
    'UpdateFunctionEventInvokeConfig',
    'GetFunctionEventInvokeConfig',
    'ListFunctionEventInvokeConfigs',
    'DeleteFunctionEventInvokeConfig',
    'GetFunctionRecursionConfig',
    'PutFunctionRecursionConfig',
    'CreateFunctionUrlConfig',
    'GetFunctionUrlConfig',
    'UpdateFunctionUrlConfig',
    'ListFunctionUrlConfigs',
    'DeleteFunctionUrlConfig',
    'AddPermission',
    'RemovePermission',
    'GetPolicy',
    'PublishVersion',
    'ListVersionsByFunction',
    'CreateAlias',
    'GetAlias',
    'ListAliases',
    'UpdateAlias',
    'DeleteAlias',
    'GetAccountSettings',
    'PutFunctionConcurrency',
    'GetFunctionConcurrency',
    'DeleteFunctionConcurrency',
    'PutProvisionedConcurrencyConfig',
    'GetProvisionedConcurrencyConfig',
    'ListProvisionedConcurrencyConfigs',
    'DeleteProvisionedConcurrencyConfig',
    'PublishLayerVersion',
    'GetLayerVersion',
    'GetLayerVersionByArn',
    'ListLayers',
    'ListLayerVersions',
    'DeleteLayerVersion',
    'AddLayerVersionPermission',
    'GetLayerVersionPolicy',
    'RemoveLayerVersionPermission',
    'GetFunctionCodeSigningConfig',
    'GetRuntimeManagementConfig',
    'ListTags',
    'TagResource',
    'UntagResource',
  ],
  logs: ['DescribeLogGroups', 'DescribeLogStreams', 'GetLogEvents', 'FilterLogEvents', 'StartLiveTail'],
  cloudwatch: ['ListMetrics', 'GetMetricStatistics', 'GetMetricData'],
};

export function compileService(service: ServiceName): string {
  const file = new URL(`./source/${service}-service-2.json.gz`, import.meta.url);
  const source: SourceModel = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
  return `${JSON.stringify(compileModel(source, (operation) => servedOperations[service].includes(operation)))}\n`;
}

if (import.meta.main) {
  for (const service of services) {
    writeFileSync(new URL(`./${service}.json`, import.meta.url), compileService(service));
  }
}

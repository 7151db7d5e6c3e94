// The local Lambda as one object: opens its store, listens, serves, and ends cleanly.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BriefWaits } from './brief-waits.ts';
import { AsyncQueue } from './events/async-queue.ts';
import { UrlGateway } from './function-urls/url-gateway.ts';
import { DownloadLinks } from './http/download-links.ts';
import type { ApiRequest, ApiResponse } from './http/exchange.ts';
import { ApiServer } from './http/server.ts';
import { SignatureChecker } from './http/signature.ts';
import { functionArn, type Whereabouts } from './lambda-api/configuration.ts';
import { Concurrency } from './lambda-api/concurrency.ts';
import { EventInvokeConfigs } from './lambda-api/event-invoke-configs.ts';
import { FixedSettings } from './lambda-api/fixed-settings.ts';
import { FunctionUrls } from './lambda-api/function-urls.ts';
import { FunctionLayers } from './lambda-api/function-layers.ts';
import { Functions } from './lambda-api/functions.ts';
import { InvokeOperation, routeOf } from './lambda-api/invoke.ts';
import { StreamedInvokeOperation } from './lambda-api/invoke-streamed.ts';
import { LambdaService } from './lambda-api/lambda-service.ts';
import { Aliases } from './lambda-api/aliases.ts';
import { LayerPolicies } from './lambda-api/layer-policies.ts';
import { Layers } from './lambda-api/layers.ts';
import { Policies } from './lambda-api/policies.ts';
import { Tags } from './lambda-api/tags.ts';
import { Snapshots } from './lambda-api/snapshots.ts';
import { Versions } from './lambda-api/versions.ts';
import { ProvisionedConcurrency } from './lambda-api/provisioned-concurrency.ts';
import { Recursion } from './lambda-api/recursion.ts';
import type { Engine, EngineOptions } from './engine-options.ts';
import { iamService } from './iam-api/iam-operations.ts';
import type { EngineConnection } from './launch.ts';
import { Lifetime } from './lifetime.ts';
import { FunctionMetrics } from './metrics/function-metrics.ts';
import { MetricsService } from './metrics-api/metrics-service.ts';
import { LogsService } from './logs-api/logs-service.ts';
import { ControlGroups, endLeftGroups } from './sandbox/control-groups.ts';
import { Environment } from './sandbox/environment.ts';
import { notEnforced } from './sandbox/enforcement.ts';
import { LanguageRuntimes } from './sandbox/language-runtimes.ts';
import { endLeftovers } from './sandbox/leftovers.ts';
import { LayerFolders } from './sandbox/layer-folders.ts';
import { MountNamespaces } from './sandbox/mount-namespaces.ts';
import { EnvironmentPools } from './sandbox/pool.ts';
import { ProcessGuard } from './sandbox/process-guard.ts';
import { profileCredentials } from './sandbox/profile-credentials.ts';
import { CodeStore } from './store/code-store.ts';
import type { FunctionRecord } from './store/function-store.ts';
import type { Settings } from './store/settings.ts';
import { openStores } from './store/stores.ts';
import { StsService } from './sts-api/sts-service.ts';

const defaultEnvironmentIdleMs = 10 * 60_000;

/** Throws DataDirectoryInUse where another engine has the folder, and EADDRINUSE where the port is taken. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataDirectory, region, accountId } = options;
  const where: Whereabouts = { region, accountId };
  const stores = openStores(dataDirectory, options.reportFault);
  const { settings, resources, logs } = stores;
  const credentials = {
    accessKeyId: settings.getOrMake('accessKeyId', () => `LKIA${randomBytes(8).toString('hex').toUpperCase()}`),
    secretAccessKey: settings.getOrMake('secretAccessKey', () => randomBytes(30).toString('base64')),
  };
  const metrics = new FunctionMetrics(stores.metrics, options.reportFault);
  const code = new CodeStore(dataDirectory);
  const runtimes = new LanguageRuntimes(options.runtimesDirectory, dataDirectory, options.interpreters);
  const ofProfile = options.functionProfile === undefined ? undefined : profileCredentials(options.functionProfile);
  const temporaryRoot = path.join(dataDirectory, 'run');
  // What a killed engine left.
  endLeftovers(temporaryRoot);
  await endLeftGroups(settings.getList('controlGroups'));
  await rm(temporaryRoot, { recursive: true, force: true });
  await mkdir(temporaryRoot, { recursive: true, mode: 0o700 });
  await code.removeUnused(new Set([...stores.functions.usedCode(), ...stores.layers.usedCode()]));

  const layerFolders = new LayerFolders(code, temporaryRoot);
  const listening = { endpoint: '' };
  const guard = new ProcessGuard();
  const waits = new BriefWaits();
  const groups = new ControlGroups({
    name: createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12),
    wanted: options.contain ? ['memory', 'pids', ...(options.cpuShare ? (['cpu'] as const) : [])] : [],
    remember: (folders) => settings.setList('controlGroups', folders),
  });
  const namespaces = new MountNamespaces(temporaryRoot, options.contain, groups);
  const freeze = options.freeze && process.platform !== 'win32';
  const pools = new EnvironmentPools({
    idleMs: options.environmentIdleMs ?? defaultEnvironmentIdleMs,
    limits: {
      total: options.concurrency,
      reservedOf: (name) => concurrency.reservedOf(name),
      reservedTotal: () => concurrency.reservedTotal(),
    },
    metrics,
    createEnvironment: async (record: FunctionRecord, initializationType) => {
      const taskRoot = code.taskRoot(record.codeSha256);
      const layers = await layerFolders.acquire(record.layers ?? []);
      const [runtime, foreign] = await Promise.all([
        runtimes.find(record.runtime, taskRoot, layers?.path),
        ofProfile?.(),
      ]).catch(async (error: unknown) => {
        await layers?.release();
        throw error;
      });
      return new Environment({
        function: record,
        initializationType,
        ...runtime,
        taskRoot,
        layers,
        temporaryRoot,
        namespaces,
        groups,
        cpuShare: options.cpuShare,
        freeze,
        guard,
        waits,
        engine: { ...listening, region, accountId },
        credentials: foreign ?? credentials,
        writeLog: (group, stream, message, timestamp) => logs.append(group, stream, [{ message, timestamp }]),
      });
    },
  });
  const links = new DownloadLinks();
  const downloadUrl = (codeSha256: string): string => `${listening.endpoint}${links.make(codeSha256)}`;
  const ofLayers = { store: stores.layers, code, where };
  const snapshots = new Snapshots({ resources, pools, reportFault: options.reportFault });
  const functions = new Functions({
    store: stores.functions,
    resources,
    code,
    layers: new FunctionLayers(ofLayers),
    pools,
    snapshots,
    onDelete: (name) => {
      resources.deleteAllOf(name);
      urls.close(name);
    },
    where,
    downloadUrl,
  });
  const about = { functions, resources, where };
  const concurrency = new Concurrency({ ...about, store: stores.functions, total: options.concurrency });
  const provisioned = new ProvisionedConcurrency({ ...about, pools, concurrency, reportFault: options.reportFault });
  const recursion = new Recursion({ ...about, metrics });
  const eventInvokeConfigs = new EventInvokeConfigs(about);
  const queue = new AsyncQueue({
    store: stores.events,
    route: (name, qualifier) => functions.route(name, qualifier),
    pools,
    metrics,
    settingsOf: (name, qualifier) => ({
      ...eventInvokeConfigs.settingsOf(name, qualifier),
      stopsLoops: recursion.stopsLoops(name),
    }),
    arnOf: (name) => functionArn(where, name),
    writeLog: (group, stream, message) => logs.append(group, stream, [{ message, timestamp: Date.now() }]),
    reportFault: options.reportFault,
    ...(options.retryDelaysMs && { retryDelaysMs: options.retryDelaysMs }),
  });
  const lifetime = new Lifetime({ idleMs: options.idleMs, isBusy: () => pools.running > 0 || queue.size > 0 });
  const signatures = options.auth === 'sigv4' ? new SignatureChecker(credentials) : undefined;
  const gateway = new UrlGateway({
    invoke: async ({ functionName, alias }, event) => {
      const { record, functionArn: arn } = routeOf(functions, { FunctionName: functionName, Qualifier: alias });
      return pools.invoke(record, { ...event, functionArn: arn });
    },
    trace: (name, header) => recursion.enter(functions.route(name, undefined)?.record ?? { name }, header),
    accountId,
    reportFault: options.reportFault,
    ...(signatures && { signatures }),
  });
  const urls = new FunctionUrls({
    ...about,
    serve: async (config, message, response) => gateway.serve(config, message, response),
    onRequest: () => lifetime.begin(),
  });
  const changedAlias = (name: string): void => {
    urls.closeGone(name);
    void provisioned.refresh(name);
  };
  const instance = randomUUID();

  const own = async (request: ApiRequest, checkSignature: () => void): Promise<ApiResponse> => {
    if (request.path === '/_engine/code') {
      const zip = await code.readZip(links.check(request.query));
      return { status: 200, headers: { 'content-type': 'application/zip' }, body: zip };
    }
    checkSignature();
    if (request.path === '/_engine/lease') {
      return {
        status: 200,
        stream: (response) => {
          response.flushHeaders();
          response.once('close', lifetime.begin());
        },
      };
    }
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ instance, pid: process.pid }),
    };
  };

  const listen = async (port: number): Promise<ApiServer> =>
    ApiServer.listen({
      port,
      own,
      waits,
      onRequest: () => lifetime.begin(),
      services: [
        new LambdaService({
          functions,
          resources: [
            eventInvokeConfigs,
            recursion,
            urls,
            new Policies(about),
            new Versions({ ...about, store: stores.functions }),
            new Aliases({ ...about, onChange: changedAlias }),
            concurrency,
            provisioned,
            new Layers({ ...ofLayers, downloadUrl }),
            new LayerPolicies({ store: stores.layers, resources, where }),
            new FixedSettings(about),
            new Tags({ functions, store: stores.functions }),
          ],
          invoke: new InvokeOperation({ functions, pools, queue, recursion }),
          invokeStreamed: new StreamedInvokeOperation({ functions, pools, recursion }),
          reportFault: options.reportFault,
        }),
        new LogsService({ store: logs, where, written: async () => pools.settled(), reportFault: options.reportFault }),
        new MetricsService({ store: stores.metrics, metrics, reportFault: options.reportFault }),
        new StsService(accountId),
        iamService({ resources, accountId, reportFault: options.reportFault }),
      ],
      ...(signatures && { signatures }),
    });
  let server: ApiServer;
  try {
    server = options.port === undefined ? await listenAgain(listen, settings) : await listen(options.port);
  } catch (error) {
    stores[Symbol.dispose]();
    throw error;
  }
  listening.endpoint = server.endpoint;
  await urls.open();
  settings.set('port', new URL(server.endpoint).port);
  const connection: EngineConnection = { endpoint: server.endpoint, ...credentials, region, accountId };
  const connectionFile = path.join(dataDirectory, 'engine.json');
  await writeFile(connectionFile, JSON.stringify({ ...connection, pid: process.pid }), { mode: 0o600 });
  queue.resume();
  provisioned.resume();
  snapshots.resume(stores.functions);

  return {
    connection,
    idle: lifetime.idle,
    async notEnforced() {
      const [containment, limited] = await Promise.all([namespaces.support(), groups.support()]);
      return notEnforced({ containment, groups: limited, cpuShare: options.cpuShare });
    },
    async dispose() {
      await rm(connectionFile, { force: true });
      lifetime.dispose();
      queue.close();
      urls.dispose();
      await pools.close();
      endLeftovers(temporaryRoot); // what has left its process group, where there are no control groups
      guard.dispose();
      namespaces.dispose();
      await groups.dispose();
      await server.close();
      metrics[Symbol.dispose]();
      stores[Symbol.dispose]();
      await rm(temporaryRoot, { recursive: true, force: true });
    },
  };
}

/** The port of last time, so that people's scripts stay right; any other where somebody else has it now. */
async function listenAgain(listen: (port: number) => Promise<ApiServer>, settings: Settings): Promise<ApiServer> {
  const last = Number(settings.get('port') ?? 0);
  try {
    return await listen(last);
  } catch (error) {
    if (last === 0) throw error;
    return listen(0);
  }
}

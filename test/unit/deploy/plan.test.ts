import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  desiredVariables,
  planDeployment,
  type CurrentFunction,
  type DesiredFunction,
  type Plan,
} from '../../../src/deploy/plan.ts';

const current: CurrentFunction = {
  codeSha256: 'same',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  memorySizeMB: 128,
  timeoutSeconds: 3,
  role: 'arn:aws:iam::1:role/r',
  architecture: 'x86_64',
  layers: [],
  environment: { KEPT: 'yes', CHANGED: 'old' },
};
const desired: DesiredFunction = { codeSha256: 'same', runtime: 'nodejs24.x', handler: 'index.handler' };

describe('the plan of a deployment', () => {
  it('creates what is not there, and does nothing where all is as desired', () => {
    assert.deepEqual(planDeployment(undefined, desired), { action: 'create' });
    assert.deepEqual(planDeployment(current, desired), { action: 'none' });
    const stated = {
      memorySizeMB: 128,
      timeoutSeconds: 3,
      environment: { KEPT: 'yes' },
      layers: [],
      architecture: 'x86_64' as const,
    };
    assert.deepEqual(planDeployment(current, { ...desired, ...stated }), { action: 'none' });
  });

  it('uploads code only where it differs, or the architecture does', () => {
    const upload = { action: 'update', uploadCode: true, configuration: undefined };
    assert.deepEqual(planDeployment(current, { ...desired, codeSha256: 'new' }), upload);
    assert.deepEqual(planDeployment(current, { ...desired, architecture: 'arm64' }), upload);
  });

  it('adds the options that Node.js needs to those that the function has, once', () => {
    const nodeOptions = ['--enable-source-maps'];
    const mapped = { ...desired, nodeOptions };
    const variablesOf = (plan: Plan): unknown =>
      plan.action === 'update' ? plan.configuration?.Environment?.Variables : plan.action;
    assert.deepEqual(variablesOf(planDeployment(current, mapped)), {
      ...current.environment,
      NODE_OPTIONS: '--enable-source-maps',
    });
    const own = { ...current, environment: { NODE_OPTIONS: '--stack-size=900' } };
    const both = { NODE_OPTIONS: '--stack-size=900 --enable-source-maps' };
    assert.deepEqual(variablesOf(planDeployment(own, mapped)), both);
    assert.deepEqual(planDeployment({ ...own, environment: both }, mapped), { action: 'none' });
    const said = { ...mapped, environment: { NODE_OPTIONS: '--no-warnings' } };
    assert.deepEqual(desiredVariables(said), { NODE_OPTIONS: '--no-warnings --enable-source-maps' });
    assert.equal(desiredVariables(desired, { KEPT: 'yes' }), undefined);
  });

  it('changes only the settings that differ', () => {
    const plan = planDeployment(current, {
      ...desired,
      handler: 'app.run',
      memorySizeMB: 256,
      timeoutSeconds: 3,
      layers: ['l1'],
    });
    assert.deepEqual(plan, {
      action: 'update',
      uploadCode: false,
      configuration: { Handler: 'app.run', MemorySize: 256, Layers: ['l1'] },
    });
  });

  it('sends the whole of how a function logs where a part of it differs, levels with JSON alone', () => {
    const logging = { LogFormat: 'JSON', ApplicationLogLevel: 'WARN', SystemLogLevel: 'INFO', LogGroup: '/g' } as const;
    const change = (wanted: DesiredFunction['logging']): unknown => {
      const plan = planDeployment({ ...current, logging }, { ...desired, ...(wanted && { logging: wanted }) });
      return plan.action === 'update' ? plan.configuration : plan.action;
    };
    assert.equal(change({ LogFormat: 'JSON', LogGroup: '/g' }), 'none');
    assert.equal(change(undefined), 'none');
    assert.deepEqual(change({ SystemLogLevel: 'WARN' }), { LoggingConfig: { ...logging, SystemLogLevel: 'WARN' } });
    assert.deepEqual(change({ LogFormat: 'Text' }), { LoggingConfig: { LogFormat: 'Text', LogGroup: '/g' } });
  });

  it('keeps variables that nobody named', () => {
    const plan = planDeployment(current, { ...desired, environment: { CHANGED: 'new', ADDED: '1' } });
    assert.deepEqual(plan.action === 'update' && plan.configuration, {
      Environment: { Variables: { KEPT: 'yes', CHANGED: 'new', ADDED: '1' } },
    });
  });
});

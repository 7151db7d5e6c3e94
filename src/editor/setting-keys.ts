/** The settings, by what they are called in code. Free of `vscode`, so that a plain test can hold the manifest against it. */
export const settingsSection = 'lambdaWorkbench';

export const settingKeys = {
  dataDirectory: 'local.dataDirectory',
  interpreters: 'local.interpreters',
  functionProfile: 'local.functionProfile',
  cpuShare: 'local.cpuShare',
  role: 'deploy.role',
  memorySize: 'deploy.memorySize',
  timeout: 'deploy.timeout',
  redeployOnSave: 'deploy.onSave',
  maximumLines: 'panel.maximumLines',
} as const;

/** Used when the setting holds something that is not a number in its range. */
export const defaultMaximumLines = 100_000;

/** Every command of the extension. Free of `vscode`, so that a plain test can hold the manifest against it. */
export const commandIds = [
  'lambdaWorkbench.deployFolder',
  'lambdaWorkbench.deployAsLambda',
  'lambdaWorkbench.previewPackage',
  'lambdaWorkbench.redeploy',
  'lambdaWorkbench.invoke',
  'lambdaWorkbench.invokeAsync',
  'lambdaWorkbench.invokeDryRun',
  'lambdaWorkbench.newPayload',
  'lambdaWorkbench.invokeWithPayload',
  'lambdaWorkbench.showLogs',
  'lambdaWorkbench.showLogsOfSeveral',
  'lambdaWorkbench.showInvocation',
  'lambdaWorkbench.queryLogs',
  'lambdaWorkbench.tuneMemory',
  'lambdaWorkbench.deleteFunction',
  'lambdaWorkbench.refreshExplorer',
  'lambdaWorkbench.selectTarget',
  'lambdaWorkbench.copyConnection',
] as const;

export type CommandId = (typeof commandIds)[number];

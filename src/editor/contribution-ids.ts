/** Names that the manifest and the code must agree on. Free of `vscode`, so that a plain test can compare the two. */
export const functionsViewId = 'lambdaWorkbench.functions';
export const panelViewType = 'lambdaWorkbench.panel';
export const queryViewType = 'lambdaWorkbench.query';
export const tuningViewType = 'lambdaWorkbench.tuning';
/** `contextValue` of a function in the tree; menus match it. */
export const functionItemContext = 'function';
/** Context key: the URIs of the editors that hold a payload being written. */
export const payloadDraftsContextKey = 'lambdaWorkbench.payloadDrafts';

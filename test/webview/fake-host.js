// @ts-nocheck -- it puts what only the tests know on the window.
// Stands in for VS Code: what the page posts and stores is kept for the test, and what the browser refuses is written down.
// The state outlives a reload, as it does in VS Code.
window.posted = [];
window.violations = [];
window.executed = [];
window.acquireVsCodeApi = () => ({
  postMessage: (message) => window.posted.push(message),
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
  setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
});
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
);
window.addEventListener('error', (event) => window.violations.push(event.message));

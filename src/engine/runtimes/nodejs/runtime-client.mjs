// The Runtime API as this bootstrap calls it, over one connection.
import http from 'node:http';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Begins a request: what to write into, and the whole answer. */
function open(method, pathname, headers) {
  const path = `/2018-06-01/runtime${pathname}`;
  const request = http.request({ host, port, method, path, agent, headers });
  const answered = new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ headers: response.headers, status: response.statusCode, body: Buffer.concat(chunks) }),
      );
      response.on('error', reject);
    });
  });
  return { request, answered };
}

export function call(method, pathname, body, headers = {}) {
  const { request, answered } = open(
    method,
    pathname,
    body === undefined
      ? {}
      : { 'content-length': Buffer.byteLength(body), 'content-type': 'application/json', ...headers },
  );
  request.end(body);
  return answered;
}

/** Begins a response that is sent in pieces; an error that comes later goes into its trailers. */
export function openResponse(requestId, contentType) {
  const opened = open('POST', `/invocation/${requestId}/response`, {
    'content-type': contentType,
    'lambda-runtime-function-response-mode': 'streaming',
    'transfer-encoding': 'chunked',
    trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
  });
  opened.answered.catch(() => {}); // awaited at the response's end; until then a lost connection is no fault of the function's
  return opened;
}

// What a function's result means as an HTTP response.
// Source: "Response payload format" in "Invoking Lambda function URLs", AWS Lambda Developer Guide.

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

const json = { 'content-type': 'application/json' };

/** A result with a `statusCode` is a response; any other value is the body of one. Undefined where a response is malformed. */
export function inferResponse(payload: Buffer): HttpAnswer | undefined {
  let result: unknown;
  try {
    result = JSON.parse(payload.toString('utf8'));
  } catch {
    return { status: 200, headers: json, cookies: [], body: payload }; // what a function streamed, gathered
  }
  if (typeof result === 'string') return { status: 200, headers: json, cookies: [], body: Buffer.from(result) };
  if (!isRecord(result) || result['statusCode'] === undefined)
    return { status: 200, headers: json, cookies: [], body: payload };
  const head = readHead(result);
  const { body = '', isBase64Encoded } = result;
  if (!head) return undefined;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { ...head, body: Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8') };
}

/** Status, headers and cookies as a response or the prelude of a streamed one gives them. */
export function readHead(given: Readonly<Record<string, unknown>>): Omit<HttpAnswer, 'body'> | undefined {
  const { statusCode = 200, headers, cookies } = given;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const named = Object.entries(isRecord(headers) ? headers : {})
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    status,
    headers: { ...json, ...Object.fromEntries(named) },
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

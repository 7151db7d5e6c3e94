/** CORS settings of a function URL; lists as given, `*` for everything. */
export interface Cors {
  readonly AllowCredentials?: boolean;
  readonly AllowHeaders?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowOrigins?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  /** Seconds. */
  readonly MaxAge?: number;
}

/** A function URL as the engine keeps it. */
export interface UrlConfig {
  /** 32 letters and digits, as the first part of the host is on AWS. */
  readonly id: string;
  readonly functionName: string;
  /** Absent: a URL of the function itself. */
  readonly alias?: string;
  /** Its own on loopback; kept from one start of the engine to the next as long as it is free. */
  readonly port: number;
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
  readonly cors?: Cors;
  readonly created: string;
  readonly modified: string;
}

import { TelemetryApi } from '../runtime-api/telemetry-api.ts';
import type { FunctionRecord } from '../store/function-store.ts';
import { applicationLine } from './application-lines.ts';
import { jsonLine } from './json-platform-lines.ts';
import type { PlatformEvent } from './platform-events.ts';
import { textLine } from './text-platform-lines.ts';

export interface EnvironmentLogOptions {
  readonly function: Pick<FunctionRecord, 'name' | 'version' | 'logGroup' | 'logging'>;
  /** Of the execution environment, in hexadecimal. */
  readonly id: string;
  readonly writeLog: (group: string, stream: string, message: string, timestamp: number) => void;
}

const tailBytes = 4096;

/** The log of one execution environment, a log stream: in the format, and from the levels, that the function's settings name. */
export class EnvironmentLog {
  readonly stream: string;
  readonly #options: EnvironmentLogOptions;
  /** Of the runtime process that there is, and of its extensions. */
  #telemetry: TelemetryApi | undefined;
  #tail: string[] | undefined;

  constructor(options: EnvironmentLogOptions) {
    this.#options = options;
    const { name, version, logGroup } = options.function;
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    // In a group of its own choice, functions stand beside each other.
    const shared = logGroup === `/aws/lambda/${name}` ? '' : name;
    this.stream = `${day}/${shared}[${version}]${options.id}`;
  }

  /** For a runtime process that is about to start: who subscribes to it is told of all that comes now. */
  beginTelemetry(): TelemetryApi {
    this.#telemetry?.close();
    this.#telemetry = new TelemetryApi((type, record) => this.platform({ type, record }));
    return this.#telemetry;
  }

  /** Whether anybody is told of more than the text format has. */
  get hasMore(): boolean {
    return this.#options.function.logging?.format === 'JSON' || this.#telemetry?.isHeard === true;
  }

  /** Keeps what is written from now on for `takeTail`. */
  beginTail(): void {
    this.#tail = [];
  }

  /** The last 4 KB since `beginTail`, for who asks. */
  takeTail(): () => Buffer {
    const lines = this.#tail ?? [];
    this.#tail = undefined;
    return () => {
      const text = Buffer.from(lines.join(''));
      return text.subarray(Math.max(0, text.length - tailBytes));
    };
  }

  platform(event: PlatformEvent): void {
    const timestamp = Date.now();
    this.#telemetry?.publish(event, timestamp);
    const { logging } = this.#options.function;
    const isJson = logging?.format === 'JSON';
    const line = isJson ? jsonLine(event, logging.systemLevel ?? 'INFO', timestamp) : textLine(event);
    if (line !== undefined) this.#write(line, timestamp);
  }

  /** A line of Lambda's own that has a place in the text format only. */
  textOnly(line: string): void {
    if (this.#options.function.logging?.format !== 'JSON') this.#write(line, Date.now());
  }

  /** What the engine, and not Lambda, has to say. */
  warning(message: string): void {
    const timestamp = Date.now();
    const isJson = this.#options.function.logging?.format === 'JSON';
    const line = { timestamp: new Date(timestamp).toISOString(), level: 'WARN', message };
    this.#write(isJson ? `${JSON.stringify(line)}\n` : `${message}\n`, timestamp);
  }

  /** What the function wrote. `isStructured`: by a runtime that has judged its level itself. */
  application(message: string, timestamp: number, isStructured = false): void {
    this.#line('function', message, timestamp, isStructured);
  }

  /** What an extension wrote. */
  extension(message: string, timestamp: number): void {
    this.#line('extension', message, timestamp, false);
  }

  #line(type: 'function' | 'extension', message: string, timestamp: number, isStructured: boolean): void {
    const { logging } = this.#options.function;
    const kept =
      logging?.format === 'JSON' && !isStructured
        ? applicationLine(message, logging.applicationLevel ?? 'INFO', timestamp)
        : message;
    if (kept === undefined) return;
    this.#telemetry?.publish({ type, record: kept, isJson: logging?.format === 'JSON' }, timestamp);
    this.#write(kept, timestamp);
  }

  #write(message: string, timestamp: number): void {
    this.#options.writeLog(this.#options.function.logGroup, this.stream, message, timestamp);
    this.#tail?.push(message.endsWith('\n') ? message : `${message}\n`);
  }
}

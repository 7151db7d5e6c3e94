// Functions in Java: forms of handlers, what an event becomes, what is logged, and how they fail.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  InvokeCommand,
  type InvokeCommandOutput,
  type LoggingConfig,
} from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { classesOf, lambdaCore } from './java-classes.ts';
import { role, zipOf } from './zip-of.ts';

const shop = `
package shop;
import com.amazonaws.services.lambda.runtime.*;
import java.io.*;
import java.nio.file.*;
import java.time.*;
import java.util.*;

public class Orders implements RequestHandler<Orders.Order, Map<String, Object>> {
  static int count;
  static { System.out.println("starting ü"); }

  public enum Size { SMALL, LARGE }
  public record Line(String article, int amount, Optional<Double> price) {}
  public static class Order {
    private long number; private List<Line> lines; private Size size; private Instant placed; private boolean paid; private byte[] picture;
    private Map<String, Set<Integer>> shelves; private String note;
    public long getNumber() { return number; } public void setNumber(long value) { number = value; }
    public List<Line> getLines() { return lines; } public void setLines(List<Line> value) { lines = value; }
    public Size getSize() { return size; } public void setSize(Size value) { size = value; }
    public Instant getPlaced() { return placed; } public void setPlaced(Instant value) { placed = value; }
    public boolean isPaid() { return paid; } public void setPaid(boolean value) { paid = value; }
    public byte[] getPicture() { return picture; } public void setPicture(byte[] value) { picture = value; }
    public Map<String, Set<Integer>> getShelves() { return shelves; } public void setShelves(Map<String, Set<Integer>> value) { shelves = value; }
    public String getNote() { return note; } public void setNote(String value) { note = value; }
  }

  @Override public Map<String, Object> handleRequest(Order order, Context context) {
    context.getLogger().log("two\\nlines of " + context.getAwsRequestId());
    System.err.print("unfinished");
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("count", ++count);
    result.put("order", order);
    result.put("total", order.getLines() == null ? 0 : order.getLines().stream().mapToInt(Line::amount).sum());
    int left = context.getRemainingTimeInMillis();
    result.put("context", List.of(context.getFunctionName(), context.getMemoryLimitInMB(), context.getInvokedFunctionArn(), context.getFunctionVersion(), left > 0 && left <= 5000));
    ClientContext client = context.getClientContext();
    result.put("client", client == null ? null : List.of(client.getClient().getAppTitle(), client.getEnvironment().get("locale")));
    return result;
  }

  public static class Copy implements RequestStreamHandler {
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException { out.write('<'); in.transferTo(out); out.write('>'); }
  }

  public String greet(String name) { return "Hello, \\"" + name + "\\""; }
  public static int twice(int number) { return number * 2; }
  public List<Object> values(List<Object> values) { return values; }
  public void nothing() {}
  public void copy(InputStream in, OutputStream out) throws IOException { in.transferTo(out); }
  public Object jvm() { return Map.of("heapMB", Runtime.getRuntime().maxMemory() >> 20, "tmp", System.getProperty("java.io.tmpdir").equals(System.getenv().getOrDefault("TMPDIR", "/tmp")), "flag", System.getProperty("mine", "none"), "text", text()); }
  private String text() { try { return new String(getClass().getResourceAsStream("/data.txt").readAllBytes(), "UTF-8"); } catch (IOException e) { throw new UncheckedIOException(e); } }
  public void fail(Map<String, String> event) { try { throw new IllegalStateException("inner"); } catch (IllegalStateException e) { throw new IllegalArgumentException(event.get("message"), e); } }
  public void exhaust() { throw new OutOfMemoryError("all gone"); }
  public Object selfish() { List<Object> list = new ArrayList<>(); list.add(list); return list; }
  public void hang() throws InterruptedException { new java.util.concurrent.CountDownLatch(1).await(); }
  public void exit() { System.exit(3); }
  public static class Broken { static { if (true) throw new IllegalStateException("not today"); } public void run() {} }
  public static class Closed { public Closed(String needs) {} public void run() {} }
}
`;

const json = ({ Payload }: InvokeCommandOutput) => JSON.parse(Buffer.from(Payload ?? []).toString());
const tail = ({ LogResult }: InvokeCommandOutput): string => Buffer.from(LogResult ?? '', 'base64').toString();

describe('Java functions', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;
  let ZipFile: Buffer;

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    const all = Object.entries(classesOf({ ...lambdaCore, 'shop/Orders.java': shop }));
    const own = Object.fromEntries(all.filter(([name]) => name.startsWith('shop/')));
    const core = await zipOf(Object.fromEntries(all.filter(([name]) => name.startsWith('com/'))));
    // As a build lays it out: classes at the root, libraries in lib.
    ZipFile = await zipOf({ ...own, 'lib/aws-lambda-java-core.jar': core, 'data.txt': 'ä resource' });
  });
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  let made = 0;
  /** A new function with that handler. */
  const create = async (
    Handler: string,
    settings: { MemorySize?: number; Options?: string; Timeout?: number; LoggingConfig?: LoggingConfig } = {},
  ) => {
    const FunctionName = `java-${++made}`;
    const { Options, ...others } = settings;
    await clients.lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Handler,
        Runtime: 'java21',
        Role: role,
        Code: { ZipFile },
        Timeout: 5,
        ...(Options && { Environment: { Variables: { JAVA_TOOL_OPTIONS: Options } } }),
        ...others,
      }),
    );
    return FunctionName;
  };
  const invoke = async (FunctionName: string, event: unknown = {}, more: object = {}): Promise<InvokeCommandOutput> =>
    clients.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: 'Tail', ...more }));

  it('bind an event to the type of the handler and give it the context, cold once and then warm', async () => {
    const name = await create('shop.Orders');
    const order = {
      Number: 9_000_000_000,
      lines: [
        { article: 'tea', amount: 2, price: 1.5 },
        { article: 'süß', amount: '3' },
      ],
      size: 'LARGE',
      placed: '2026-01-02T03:04:05Z',
      paid: true,
      picture: 'AQI=',
      shelves: { a: [1, 1, 2] },
      note: null,
      unknown: {},
    };
    const cold = await invoke(name, order, {
      ClientContext: Buffer.from('{"client":{"app_title":"Till"},"env":{"locale":"de"}}').toString('base64'),
    });
    assert.equal(cold.FunctionError, undefined, tail(cold));
    assert.deepEqual(json(cold), {
      count: 1,
      order: {
        number: 9_000_000_000,
        lines: [
          { article: 'tea', amount: 2, price: 1.5 },
          { article: 'süß', amount: 3, price: null },
        ],
        size: 'LARGE',
        placed: 1767323045,
        paid: true,
        picture: 'AQI=',
        shelves: { a: [1, 2] },
      },
      total: 5,
      context: [name, 128, `arn:aws:lambda:us-east-1:000000000000:function:${name}`, '$LATEST', true],
      client: ['Till', 'de'],
    });
    assert.match(
      tail(cold),
      /INIT_START Runtime Version: java:\d+[\s\S]*starting ü\n[\s\S]*^unfinished$[\s\S]*Init Duration/m,
    );
    const { events = [] } = await clients.logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: 'lines' }),
    );
    assert.deepEqual(
      events.map(({ message }) => message),
      [`two\nlines of ${cold.$metadata.requestId}`],
    );
    const warm = await invoke(name, { lines: [] });
    assert.equal(json(warm).count, 2);
    assert.doesNotMatch(tail(warm), /starting|Init Duration/);
  });

  for (const [handler, event, answer] of [
    ['shop.Orders::greet', 'Ada', 'Hello, "Ada"'],
    ['shop.Orders::twice', 21, 42],
    [
      'shop.Orders::values',
      [1, 2.5, 12345678901234, 'ä\u0001\\', null, { a: [true, null], b: null }],
      [1, 2.5, 12345678901234, 'ä\u0001\\', null, { a: [true, null] }],
    ],
    ['shop.Orders::nothing', {}, null],
    ['shop.Orders::copy', { as: 'it is' }, { as: 'it is' }],
  ] as const) {
    it(`run ${handler}`, async () => {
      const output = await invoke(await create(handler), event);
      assert.equal(output.FunctionError, undefined, tail(output));
      assert.deepEqual(json(output), answer);
    });
  }

  it('answer with the bytes of a RequestStreamHandler as they are', async () => {
    const output = await invoke(await create('shop.Orders$Copy'), { a: 1 });
    assert.equal(Buffer.from(output.Payload ?? []).toString(), '<{"a":1}>');
  });

  it('have a heap by their memory size, a folder of their own, resources, and their JAVA_TOOL_OPTIONS', async () => {
    const usual = json(await invoke(await create('shop.Orders::jvm', { MemorySize: 1000 })));
    assert.ok(usual.heapMB > 750 && usual.heapMB <= 850, String(usual.heapMB));
    assert.deepEqual({ ...usual, heapMB: 0 }, { heapMB: 0, tmp: true, flag: 'none', text: 'ä resource' });
    const own = await invoke(await create('shop.Orders::jvm', { Options: '-Xmx64m -XX:+UseParallelGC -Dmine=yes' }));
    assert.equal(own.FunctionError, undefined, tail(own));
    assert.ok(json(own).heapMB <= 64, String(json(own).heapMB));
    assert.equal(json(own).flag, 'yes');
  });

  it('return what the handler throws with its causes, log it as one event, and stay warm', async () => {
    const name = await create('shop.Orders::fail');
    const output = await invoke(name, { message: 'boom' });
    assert.equal(output.FunctionError, 'Unhandled');
    const error = json(output);
    assert.equal(error.errorMessage, 'boom');
    assert.equal(error.errorType, 'java.lang.IllegalArgumentException');
    assert.equal(error.stackTrace.length, 1);
    assert.match(error.stackTrace[0], /^shop\.Orders\.fail\(Orders\.java:\d+\)$/);
    assert.equal(error.cause.errorMessage, 'inner');
    assert.equal(error.cause.errorType, 'java.lang.IllegalStateException');
    const { events = [] } = await clients.logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: '"Caused by"' }),
    );
    assert.match(
      events[0]?.message ?? '',
      /^boom: java\.lang\.IllegalArgumentException\njava\.lang\.IllegalArgumentException: boom\n\tat shop/,
    );
    assert.doesNotMatch(tail(await invoke(name, { message: 'again' })), /Init Duration/);
  });

  it('log in JSON where the function is to', async () => {
    const name = await create('shop.Orders', { LoggingConfig: { LogFormat: 'JSON' } });
    const { $metadata, LogResult } = await invoke(name, { number: 1 });
    const lines = Buffer.from(LogResult ?? '', 'base64')
      .toString()
      .split('\n');
    const line = JSON.parse(lines.find((each) => each.includes('lines of')) ?? '{}');
    const { requestId } = $metadata;
    assert.deepEqual([line.message, line.AWSRequestId], [`two\nlines of ${requestId}`, requestId]);
    const failed = await invoke(name, { number: 'x' });
    assert.match(tail(failed), /"timestamp":"2\S+Z","message":"[^\n]*","level":"ERROR","AWSRequestId":"/);
  });

  it('say what of an event or of a response is not what it should be', async () => {
    const parsing = json(await invoke(await create('shop.Orders::twice'), { not: 'a number' }));
    assert.equal(parsing.errorMessage, 'An error occurred during JSON parsing');
    assert.equal(parsing.errorType, 'java.lang.RuntimeException');
    assert.deepEqual(parsing.stackTrace, []);
    assert.match(parsing.cause.errorMessage, /Cannot make a int of an object/);
    const response = json(await invoke(await create('shop.Orders::selfish')));
    assert.equal(response.errorMessage, 'An error occurred during JSON serialization of response');
  });

  it('start afresh after an error of the JVM, an exit and a timeout', async () => {
    const exhausted = await create('shop.Orders::exhaust');
    assert.equal(json(await invoke(exhausted)).errorType, 'java.lang.OutOfMemoryError');
    assert.match(tail(await invoke(exhausted)), /Init Duration/);
    const ended = json(await invoke(await create('shop.Orders::exit')));
    assert.equal(ended.errorType, 'Runtime.ExitError');
    assert.match(ended.errorMessage, /exit status 3/);
    const hanging = json(await invoke(await create('shop.Orders::hang', { Timeout: 1 })));
    assert.equal(hanging.errorType, 'Sandbox.Timedout');
  });

  for (const [handler, error] of [
    [
      'shop.Missing::run',
      { errorMessage: 'Class not found: shop.Missing', errorType: 'java.lang.ClassNotFoundException' },
    ],
    [
      'shop.Orders::missing',
      { errorMessage: 'No public method named missing with appropriate method signature found on class shop.Orders' },
    ],
    [
      'shop.Orders$Order',
      { errorMessage: 'Class does not implement an appropriate handler interface: shop.Orders$Order' },
    ],
    ['shop.Orders$Closed::run', { errorMessage: 'Class shop.Orders$Closed has no public zero-argument constructor' }],
  ] as const) {
    it(`say what is wrong with the handler ${handler}`, async () => {
      const output = await invoke(await create(handler));
      assert.equal(output.FunctionError, 'Unhandled');
      assert.deepEqual(json(output), error);
    });
  }

  it('that fail while they are loaded fail their init', async () => {
    const output = await invoke(await create('shop.Orders$Broken::run'));
    assert.equal(json(output).errorType, 'java.lang.ExceptionInInitializerError');
    assert.match(json(output).cause.errorMessage, /not today/);
    assert.match(tail(output), /INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error/);
  });
});

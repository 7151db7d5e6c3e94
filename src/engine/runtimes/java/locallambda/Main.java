package locallambda;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs a Java function: finds its handler and speaks the Lambda Runtime API, nothing else. */
public final class Main {
    // No lambdas, streams or regular expressions in the bootstrap: each costs a cold start some milliseconds.

    public static void main(String[] args) {
        System.setOut(lines(FileDescriptor.out));
        System.setErr(lines(FileDescriptor.err));
        RuntimeApi api = RuntimeApi.connect(System.getenv("AWS_LAMBDA_RUNTIME_API"));
        try {
            Handler handler = load(api);
            if ("snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"))) Snapshot.pass(api);
            serve(api, handler);
        } catch (IOException engineGone) {
            System.exit(0);
        }
    }

    private static Handler load(RuntimeApi api) throws IOException {
        try {
            ClassLoader loader = ClassPath.loader();
            Thread.currentThread().setContextClassLoader(loader);
            return Handlers.load(System.getenv("_HANDLER"), loader);
        } catch (Fault fault) {
            // As on AWS: the function's own start ends the environment; a handler that is not there is told to the caller.
            if (!fault.fatal) return new Broken(fault);
            Log.message(fault.report(), "ERROR", null);
            api.post("/init/error", fault.body());
            System.exit(1);
            throw fault;
        }
    }

    private static void serve(RuntimeApi api, Handler handler) throws IOException {
        while (true) {
            Invocation invocation = new Invocation(api.get("/invocation/next"));
            String trace = invocation.header("lambda-runtime-trace-id");
            if (trace != null) System.setProperty("com.amazonaws.xray.traceHeader", trace);
            String path = "/invocation/" + invocation.requestId;
            byte[] response;
            try {
                response = handler.call(invocation);
            } catch (Throwable error) {
                Fault fault = error instanceof Fault ? (Fault) error : Fault.of(error);
                flush();
                Log.message(fault.report(), "ERROR", invocation.requestId);
                api.post(path + "/error", fault.body());
                if (fault.fatal) System.exit(1);
                continue;
            }
            flush();
            api.post(path + "/response", response);
        }
    }

    private static void flush() {
        System.out.flush();
        System.err.flush();
    }

    /** In UTF-8 whatever the machine's locale is, a write a line. */
    private static PrintStream lines(FileDescriptor descriptor) {
        BufferedOutputStream buffered = new BufferedOutputStream(new FileOutputStream(descriptor), 8192);
        return new PrintStream(buffered, true, StandardCharsets.UTF_8);
    }

    private static final class Broken implements Handler {
        private final Fault fault;

        Broken(Fault fault) {
            this.fault = fault;
        }

        @Override
        public byte[] call(Invocation invocation) {
            throw fault;
        }
    }
}

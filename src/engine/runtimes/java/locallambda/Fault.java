package locallambda;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An error as the Runtime API takes it and as the log shows it. */
final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final String OWN = Fault.class.getPackageName() + ".";

    /** The process cannot go on after it. */
    final boolean fatal;
    private final Throwable error;
    private final boolean withTrace;

    private Fault(String message, Throwable error, boolean withTrace, boolean fatal) {
        super(message, null, false, false);
        this.error = error;
        this.withTrace = withTrace;
        this.fatal = fatal;
    }

    /** Something that is wrong with how the function is made, rather than in what it does. */
    static Fault of(String message) {
        return new Fault(message, null, false, false);
    }

    static Fault of(String message, Throwable error) {
        return new Fault(message, error, false, false);
    }

    /** What the function threw while it ran. */
    static Fault of(Throwable error) {
        return new Fault(messageOf(error), error, true, error instanceof VirtualMachineError);
    }

    /** What the function threw while it was loaded. */
    static Fault atStart(String message, Throwable error) {
        return new Fault(message, error, true, true);
    }

    byte[] body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("errorMessage", getMessage());
        if (error != null) body.put("errorType", error.getClass().getName());
        if (withTrace) describe(body, error, Collections.newSetFromMap(new IdentityHashMap<>()));
        return JsonWriter.write(body);
    }

    String report() {
        if (error == null) return getMessage();
        StringWriter trace = new StringWriter();
        withoutBootstrap(error, Collections.newSetFromMap(new IdentityHashMap<>()));
        error.printStackTrace(new PrintWriter(trace, true));
        return getMessage() + ": " + error.getClass().getName() + "\n" + trace;
    }

    private static void describe(Map<String, Object> body, Throwable error, Set<Throwable> seen) {
        seen.add(error);
        List<String> trace = new ArrayList<>();
        for (StackTraceElement element : own(error.getStackTrace())) trace.add(element.toString());
        body.put("stackTrace", trace);
        Throwable cause = error.getCause();
        if (cause == null || seen.contains(cause)) return;
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("errorMessage", messageOf(cause));
        inner.put("errorType", cause.getClass().getName());
        describe(inner, cause, seen);
        body.put("cause", inner);
    }

    private static void withoutBootstrap(Throwable error, Set<Throwable> seen) {
        if (error == null || !seen.add(error)) return;
        error.setStackTrace(own(error.getStackTrace()));
        withoutBootstrap(error.getCause(), seen);
        for (Throwable suppressed : error.getSuppressed()) withoutBootstrap(suppressed, seen);
    }

    /** Down to where the bootstrap called the function; the reflection in between is nobody's business either. */
    private static StackTraceElement[] own(StackTraceElement[] trace) {
        int end = 0;
        while (end < trace.length && !trace[end].getClassName().startsWith(OWN)) end++;
        if (end < trace.length) {
            while (end > 0 && isReflection(trace[end - 1].getClassName())) end--;
        }
        StackTraceElement[] kept = new StackTraceElement[end];
        System.arraycopy(trace, 0, kept, 0, end);
        return kept;
    }

    private static boolean isReflection(String name) {
        return name.startsWith("java.lang.reflect.") || name.startsWith("jdk.internal.reflect.") || name.startsWith("java.lang.invoke.");
    }

    private static String messageOf(Throwable error) {
        String message = error.getLocalizedMessage();
        return message == null ? error.getClass().getName() : message;
    }
}

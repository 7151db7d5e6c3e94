package locallambda;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages to the log, a frame each, so that one of several lines stays one log event. */
final class Log {
    private static final OutputStream FRAMES = open();
    private static final boolean JSON = "JSON".equals(System.getenv("AWS_LAMBDA_LOG_FORMAT"));
    private static final List<String> LEVELS = Arrays.asList("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");

    /** In the function's log format; of a level, where it has one, from the function's own on. */
    static void message(String message, String level, Object requestId) {
        if (level != null && LEVELS.contains(level) && LEVELS.indexOf(level) < LEVELS.indexOf(System.getenv("AWS_LAMBDA_LOG_LEVEL"))) return;
        if (!JSON) {
            write(message.getBytes(StandardCharsets.UTF_8));
            return;
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("timestamp", DateTimeFormatter.ISO_INSTANT.format(Instant.now().truncatedTo(ChronoUnit.MILLIS)));
        line.put("message", message);
        if (level != null && LEVELS.contains(level)) line.put("level", level);
        if (requestId != null) line.put("AWSRequestId", requestId);
        write(JsonWriter.write(line), 0xa55a0002);
    }

    static void write(byte[] message) {
        write(message, 0xa55a0003);
    }

    private static void write(byte[] message, int type) {
        if (FRAMES == null) {
            System.out.write(message, 0, message.length);
            System.out.println();
            return;
        }
        Instant now = Instant.now();
        ByteBuffer frame = ByteBuffer.allocate(16 + message.length);
        frame.putInt(type).putInt(message.length);
        frame.putLong(now.getEpochSecond() * 1_000_000 + now.getNano() / 1000).put(message);
        try {
            synchronized (FRAMES) {
                FRAMES.write(frame.array());
            }
        } catch (IOException error) {
            System.out.write(message, 0, message.length);
        }
    }

    /** The descriptor is inherited; Java has no other way to one by its number. The JVM is started so that this is allowed. */
    private static OutputStream open() {
        String number = System.getenv("_LAMBDA_TELEMETRY_LOG_FD");
        if (number == null || System.getProperty("os.name").startsWith("Windows")) return null;
        try {
            Constructor<FileDescriptor> constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
            constructor.setAccessible(true);
            return new FileOutputStream(constructor.newInstance(Integer.parseInt(number)));
        } catch (ReflectiveOperationException | RuntimeException closed) {
            return null;
        }
    }
}

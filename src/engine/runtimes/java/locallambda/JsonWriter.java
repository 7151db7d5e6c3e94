package locallambda;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Values as JSON the way AWS's runtime writes them: properties and entries that are null are left out, also of maps. */
final class JsonWriter {
    private final StringBuilder out = new StringBuilder(256);
    /** What is being written, to refuse what contains itself. */
    private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

    static byte[] write(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return writer.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void value(Object value) {
        if (value == null) out.append("null");
        else if (value instanceof CharSequence || value instanceof Character) string(value.toString());
        else if (value instanceof Number && value.getClass().getName().startsWith("java.")) number((Number) value);
        else if (value instanceof Boolean) out.append(value);
        else if (value instanceof Enum) string(((Enum<?>) value).name());
        else if (value instanceof byte[]) string(Base64.getEncoder().encodeToString((byte[]) value));
        else if (value instanceof char[]) string(new String((char[]) value));
        else if (value instanceof ByteBuffer) bytes((ByteBuffer) value);
        else if (value instanceof Optional) value(((Optional<?>) value).orElse(null));
        else if (value instanceof Date) out.append(((Date) value).getTime());
        else if (Times.isTime(value)) value(Times.toJson(value));
        else if (Properties.isPlain(value.getClass())) string(value.toString());
        else nested(value);
    }

    private void nested(Object value) {
        if (!open.add(value)) throw new IllegalArgumentException(value.getClass().getName() + " contains itself");
        if (value instanceof Map) map((Map<?, ?>) value);
        else if (value instanceof Iterable) list((Iterable<?>) value);
        else if (value.getClass().isArray()) array(value);
        else bean(value);
        open.remove(value);
    }

    private void map(Map<?, ?> map) {
        out.append('{');
        int start = out.length();
        for (Map.Entry<?, ?> entry : map.entrySet()) property(start, String.valueOf(entry.getKey()), entry.getValue());
        out.append('}');
    }

    private void bean(Object bean) {
        out.append('{');
        int start = out.length();
        for (Properties.Getter getter : Properties.getters(bean.getClass())) {
            try {
                property(start, getter.name, getter.read(bean));
            } catch (InvocationTargetException error) {
                throw new IllegalStateException(getter.name + " of " + bean.getClass().getName() + " cannot be read", error.getCause());
            } catch (IllegalAccessException error) {
                throw new IllegalStateException(error);
            }
        }
        out.append('}');
    }

    private void property(int start, String name, Object value) {
        if (value == null) return;
        if (out.length() > start) out.append(',');
        string(name);
        out.append(':');
        value(value);
    }

    private void list(Iterable<?> values) {
        out.append('[');
        boolean first = true;
        for (Object value : values) {
            if (!first) out.append(',');
            first = false;
            value(value);
        }
        out.append(']');
    }

    private void array(Object array) {
        out.append('[');
        for (int index = 0; index < Array.getLength(array); index++) {
            if (index > 0) out.append(',');
            value(Array.get(array, index));
        }
        out.append(']');
    }

    private void number(Number number) {
        boolean fits = !(number instanceof Double || number instanceof Float) || Double.isFinite(number.doubleValue());
        if (fits) out.append(number);
        else string(number.toString());
    }

    private void bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        string(Base64.getEncoder().encodeToString(bytes));
    }

    private void string(String string) {
        out.append('"');
        for (int index = 0; index < string.length(); index++) {
            char found = string.charAt(index);
            if (found == '"' || found == '\\') out.append('\\').append(found);
            else if (found == '\n') out.append("\\n");
            else if (found == '\r') out.append("\\r");
            else if (found == '\t') out.append("\\t");
            else if (found < ' ') out.append("\\u00").append(found < 16 ? '0' : '1').append(Character.forDigit(found % 16, 16));
            else out.append(found);
        }
        out.append('"');
    }
}

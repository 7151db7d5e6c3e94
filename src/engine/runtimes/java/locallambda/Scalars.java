package locallambda;

import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** Strings, numbers, flags, enums, and whatever else is written as one of them. */
final class Scalars {
    static boolean isScalar(Class<?> type) {
        return type.isPrimitive() || type == String.class || type == Boolean.class || type == Character.class || type.isEnum()
                || Number.class.isAssignableFrom(type) && type.getName().startsWith("java.");
    }

    static Object bind(Object value, Class<?> type) {
        if (value instanceof Map || value instanceof List) throw mismatch(value, type);
        String text = value instanceof Double ? new BigDecimal(value.toString()).toPlainString() : value.toString();
        if (type == String.class) return value.toString();
        if (type.isEnum()) return constant(text, type);
        if (type == boolean.class || type == Boolean.class) {
            if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) return Boolean.valueOf(text);
            throw mismatch(value, type);
        }
        if (type == char.class || type == Character.class) {
            if (text.length() == 1) return text.charAt(0);
            throw mismatch(value, type);
        }
        try {
            return number(new BigDecimal(text.trim()), type);
        } catch (NumberFormatException | ArithmeticException error) {
            throw mismatch(value, type);
        }
    }

    private static Object number(BigDecimal number, Class<?> type) {
        if (type == double.class || type == Double.class) return number.doubleValue();
        if (type == float.class || type == Float.class) return number.floatValue();
        if (type == BigDecimal.class) return number;
        BigInteger whole = number.toBigInteger(); // a fraction is cut off, as on AWS
        if (type == int.class || type == Integer.class) return whole.intValueExact();
        if (type == long.class || type == Long.class) return whole.longValueExact();
        if (type == short.class || type == Short.class) return whole.shortValueExact();
        if (type == byte.class || type == Byte.class) return whole.byteValueExact();
        if (type == BigInteger.class) return whole;
        return number;
    }

    /** The constant of that name; null where there is none, as on AWS. */
    private static Object constant(String name, Class<?> type) {
        for (Object constant : type.getEnumConstants()) if (((Enum<?>) constant).name().equals(name)) return constant;
        return null;
    }

    static Object zero(Class<?> primitive) {
        if (primitive == boolean.class) return false;
        if (primitive == char.class) return '\0';
        return number(BigDecimal.ZERO, primitive);
    }

    static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }

    /** A date, a UUID, a URI …: whatever can be made of a string by its own means. */
    static Object fromText(Object value, Class<?> type) {
        if (type == Date.class && value instanceof Number) return new Date(((Number) value).longValue());
        String text = value.toString();
        if (type == Date.class) return Date.from(java.time.OffsetDateTime.parse(text).toInstant());
        if (type == ByteBuffer.class) return ByteBuffer.wrap(base64(text));
        try {
            for (String name : new String[] {"parse", "fromString", "of", "valueOf"}) {
                Object made = byFactory(type, name, text);
                if (made != null) return made;
            }
            return type.getConstructor(String.class).newInstance(text);
        } catch (InvocationTargetException error) {
            throw new IllegalArgumentException("Cannot make a " + type.getName() + " of \"" + text + "\"", error.getCause());
        } catch (ReflectiveOperationException error) {
            throw mismatch(value, type);
        }
    }

    private static Object byFactory(Class<?> type, String name, String text) throws ReflectiveOperationException {
        for (Class<?> parameter : new Class<?>[] {CharSequence.class, String.class}) {
            try {
                java.lang.reflect.Method factory = type.getMethod(name, parameter);
                if (type.isAssignableFrom(factory.getReturnType())) return factory.invoke(null, text);
            } catch (NoSuchMethodException next) {
                continue;
            }
        }
        return null;
    }

    static IllegalArgumentException mismatch(Object value, Class<?> type) {
        String what = value instanceof Map ? "an object" : value instanceof List ? "an array" : new String(JsonWriter.write(value));
        return new IllegalArgumentException("Cannot make a " + type.getName() + " of " + what);
    }
}

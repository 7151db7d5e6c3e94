package locallambda;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as maps, lists, strings, booleans, null, and numbers: Integer, Long, BigInteger or Double, whichever is enough. */
final class JsonReader {
    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** Throws IllegalArgumentException with the place where it is no JSON. */
    static Object read(byte[] json) {
        JsonReader reader = new JsonReader(new String(json, StandardCharsets.UTF_8));
        Object value = reader.value();
        if (reader.next() >= 0) throw reader.unexpected();
        return value;
    }

    private Object value() {
        switch (next()) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        at++;
        if (next() == '}') {
            at++;
            return object;
        }
        while (true) {
            if (next() != '"') throw unexpected();
            String name = string();
            if (next() != ':') throw unexpected();
            at++;
            object.put(name, value());
            if (ends('}')) return object;
        }
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        at++;
        if (next() == ']') {
            at++;
            return array;
        }
        while (true) {
            array.add(value());
            if (ends(']')) return array;
        }
    }

    /** Passes the comma, or the end. */
    private boolean ends(char end) {
        int found = next();
        if (found != ',' && found != end) throw unexpected();
        at++;
        return found == end;
    }

    private String string() {
        int start = ++at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\\') at++;
        if (at < text.length() && text.charAt(at) == '"') return text.substring(start, at++);
        StringBuilder string = new StringBuilder(text.substring(start, at));
        while (at < text.length()) {
            char found = text.charAt(at++);
            if (found == '"') return string.toString();
            string.append(found == '\\' ? escaped() : found);
        }
        throw unexpected();
    }

    private char escaped() {
        if (at >= text.length()) throw unexpected();
        char found = text.charAt(at++);
        switch (found) {
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                at += 4;
                if (at > text.length()) throw unexpected();
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            case '"':
            case '\\':
            case '/':
                return found;
            default:
                at--;
                throw unexpected();
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) throw unexpected();
        at += word.length();
        return value;
    }

    private Number number() {
        int start = at;
        boolean whole = true;
        for (; at < text.length(); at++) {
            char found = text.charAt(at);
            if (found == '.' || found == 'e' || found == 'E') whole = false;
            else if ((found < '0' || found > '9') && found != '-' && found != '+') break;
        }
        String digits = text.substring(start, at);
        try {
            if (!whole) return new BigDecimal(digits).doubleValue();
            if (digits.length() > 18) return new BigInteger(digits);
            long value = Long.parseLong(digits);
            if (value == (int) value) return (int) value;
            return value;
        } catch (NumberFormatException error) {
            at = start;
            throw unexpected();
        }
    }

    /** The next character that is no space, which stays; -1 at the end. */
    private int next() {
        while (at < text.length()) {
            char found = text.charAt(at);
            if (found != ' ' && found != '\n' && found != '\r' && found != '\t') return found;
            at++;
        }
        return -1;
    }

    private IllegalArgumentException unexpected() {
        String found = at < text.length() ? "Unexpected character '" + text.charAt(at) + "'" : "Unexpected end";
        return new IllegalArgumentException(found + " at position " + at + " of the event");
    }
}

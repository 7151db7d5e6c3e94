package locallambda;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/** Dates and times as AWS's runtime writes them: seconds with nanoseconds, or the parts of a date. */
final class Times {
    static boolean isTime(Object value) {
        return value.getClass().getName().startsWith("java.time.");
    }

    static Object toJson(Object value) {
        if (value instanceof Instant) return seconds(((Instant) value).getEpochSecond(), ((Instant) value).getNano());
        if (value instanceof OffsetDateTime) return toJson(((OffsetDateTime) value).toInstant());
        if (value instanceof ZonedDateTime) return toJson(((ZonedDateTime) value).toInstant());
        if (value instanceof Duration) return seconds(((Duration) value).getSeconds(), ((Duration) value).getNano());
        List<Integer> parts = new ArrayList<>();
        if (value instanceof LocalDate) addDate(parts, (LocalDate) value);
        else if (value instanceof LocalTime) addTime(parts, (LocalTime) value);
        else if (value instanceof LocalDateTime) {
            addDate(parts, ((LocalDateTime) value).toLocalDate());
            addTime(parts, ((LocalDateTime) value).toLocalTime());
        } else return value.toString();
        return parts;
    }

    private static BigDecimal seconds(long seconds, int nanos) {
        return BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9));
    }

    private static void addDate(List<Integer> parts, LocalDate date) {
        parts.add(date.getYear());
        parts.add(date.getMonthValue());
        parts.add(date.getDayOfMonth());
    }

    private static void addTime(List<Integer> parts, LocalTime time) {
        parts.add(time.getHour());
        parts.add(time.getMinute());
        if (time.getSecond() == 0 && time.getNano() == 0) return;
        parts.add(time.getSecond());
        if (time.getNano() != 0) parts.add(time.getNano());
    }
}

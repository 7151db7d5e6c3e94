package locallambda;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes of what JsonReader gives a value of the type that the user's code asks for. */
final class Binder {
    private final Map<Class<?>, Map<String, Properties.Setter>> setters = new HashMap<>();

    /** Throws IllegalArgumentException where the value is no such type. */
    Object bind(Object value, Type type) {
        if (type instanceof WildcardType) return bind(value, ((WildcardType) type).getUpperBounds()[0]);
        if (type instanceof TypeVariable) return bind(value, ((TypeVariable<?>) type).getBounds()[0]);
        if (type instanceof GenericArrayType) return array(value, ((GenericArrayType) type).getGenericComponentType());
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType ? ((ParameterizedType) type).getRawType() : type);
        if (raw == Optional.class) return Optional.ofNullable(bind(value, argument(type, 0)));
        if (value == null || value.equals("") && isNoText(raw)) return raw.isPrimitive() ? Scalars.zero(raw) : null;
        if (raw.isInstance(value) && !(value instanceof Map) && !(value instanceof List)) return value;
        if (Scalars.isScalar(raw)) return Scalars.bind(value, raw);
        if (raw == Object.class) return value;
        if (Map.class.isAssignableFrom(raw)) return map(value, raw, type);
        if (Iterable.class.isAssignableFrom(raw) && raw.getName().startsWith("java.")) return list(value, raw, argument(type, 0));
        if (raw.isArray()) return array(value, raw.getComponentType());
        if (value instanceof Map) return bean((Map<?, ?>) value, raw);
        return Scalars.fromText(value, raw);
    }

    /** As AWS's runtime takes an empty string: as nothing. */
    private static boolean isNoText(Class<?> type) {
        return !type.isAssignableFrom(String.class);
    }

    private Object map(Object value, Class<?> raw, Type type) {
        if (!(value instanceof Map)) throw Scalars.mismatch(value, raw);
        Map<Object, Object> map = instance(raw, SortedMap.class.isAssignableFrom(raw) ? TreeMap.class : LinkedHashMap.class);
        Type keys = argument(type, 0);
        Type values = argument(type, 1);
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
            map.put(keys == Object.class ? entry.getKey() : bind(entry.getKey(), keys), bind(entry.getValue(), values));
        }
        return map;
    }

    private Object list(Object value, Class<?> raw, Type element) {
        Class<?> usual = ArrayList.class;
        if (SortedSet.class.isAssignableFrom(raw)) usual = TreeSet.class;
        else if (Set.class.isAssignableFrom(raw)) usual = LinkedHashSet.class;
        else if (raw.isAssignableFrom(ArrayDeque.class) && !raw.isAssignableFrom(ArrayList.class)) usual = ArrayDeque.class;
        Collection<Object> list = instance(raw, usual);
        for (Object each : elements(value)) list.add(bind(each, element));
        return list;
    }

    private Object array(Object value, Type element) {
        Class<?> raw = (Class<?>) (element instanceof ParameterizedType ? ((ParameterizedType) element).getRawType() : element);
        if (raw == byte.class && value instanceof String) return Scalars.base64((String) value);
        if (raw == char.class && value instanceof String) return ((String) value).toCharArray();
        List<?> elements = elements(value);
        Object array = Array.newInstance(raw, elements.size());
        for (int index = 0; index < elements.size(); index++) Array.set(array, index, bind(elements.get(index), element));
        return array;
    }

    /** A single value counts as a list of one, as on AWS. */
    private static List<?> elements(Object value) {
        if (value instanceof List) return (List<?>) value;
        List<Object> one = new ArrayList<>();
        one.add(value);
        return one;
    }

    private Object bean(Map<?, ?> values, Class<?> type) {
        if (Properties.isRecord(type)) return record(values, type);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            Object bean = constructor.newInstance();
            Map<String, Properties.Setter> known = settersOf(type);
            for (Map.Entry<?, ?> entry : values.entrySet()) {
                Properties.Setter setter = known.get(entry.getKey().toString().toLowerCase(Locale.ROOT));
                if (setter != null) setter.write(bean, bind(entry.getValue(), setter.type()));
            }
            return bean;
        } catch (NoSuchMethodException error) {
            throw new IllegalArgumentException(type.getName() + " has no zero-argument constructor, so no event can be made into one", error);
        } catch (InvocationTargetException error) {
            throw new IllegalArgumentException("A " + type.getName() + " cannot be made of the event", error.getCause());
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException("A " + type.getName() + " cannot be made of the event", error);
        }
    }

    private Map<String, Properties.Setter> settersOf(Class<?> type) {
        Map<String, Properties.Setter> known = setters.get(type);
        if (known == null) {
            known = Properties.setters(type);
            setters.put(type, known);
        }
        return known;
    }

    private Object record(Map<?, ?> values, Class<?> type) {
        Map<String, Object> folded = new HashMap<>();
        for (Map.Entry<?, ?> entry : values.entrySet()) folded.put(entry.getKey().toString().toLowerCase(Locale.ROOT), entry.getValue());
        List<Field> components = Properties.components(type);
        Class<?>[] types = new Class<?>[components.size()];
        Object[] arguments = new Object[components.size()];
        for (int index = 0; index < types.length; index++) {
            Field component = components.get(index);
            types[index] = component.getType();
            arguments[index] = bind(folded.get(component.getName().toLowerCase(Locale.ROOT)), component.getGenericType());
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException error) {
            throw new IllegalArgumentException("A " + type.getName() + " cannot be made of the event", error.getCause());
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException("A " + type.getName() + " cannot be made of the event", error);
        }
    }

    private static Type argument(Type type, int index) {
        return type instanceof ParameterizedType ? ((ParameterizedType) type).getActualTypeArguments()[index] : Object.class;
    }

    /** Of the class that is asked for where it can be made, else of the usual one. */
    @SuppressWarnings("unchecked")
    private static <T> T instance(Class<?> wanted, Class<?> usual) {
        try {
            Class<?> type = wanted.isAssignableFrom(usual) ? usual : wanted;
            return (T) type.getConstructor().newInstance();
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException("A " + wanted.getName() + " cannot be made of the event", error);
        }
    }
}

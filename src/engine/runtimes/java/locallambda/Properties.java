package locallambda;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The properties of a class: getters and setters, public fields, and the components of a record. */
final class Properties {
    /** Something of the JDK's that has no properties worth writing, such as a URI or a UUID. */
    static boolean isPlain(Class<?> type) {
        return type.getName().startsWith("java.") && !type.isArray() && !Map.class.isAssignableFrom(type) && !Iterable.class.isAssignableFrom(type);
    }

    static final class Getter {
        final String name;
        private final Member member;

        Getter(String name, Member member) {
            this.name = name;
            this.member = member;
        }

        Object read(Object bean) throws InvocationTargetException, IllegalAccessException {
            return member instanceof Field ? ((Field) member).get(bean) : ((Method) member).invoke(bean);
        }
    }

    static List<Getter> getters(Class<?> type) {
        Map<String, Getter> found = new LinkedHashMap<>();
        for (Field field : fieldsInOrder(type)) {
            if (Modifier.isPublic(field.getModifiers())) add(found, field.getName(), field);
            else found.put(field.getName(), null); // keeps the order of the fields
        }
        for (Method method : type.getMethods()) {
            if (method.getParameterCount() > 0 || Modifier.isStatic(method.getModifiers()) || method.isBridge()) continue;
            if (method.getDeclaringClass() == Object.class || method.getReturnType() == void.class) continue;
            String name = propertyName(method);
            if (name != null || isComponent(type, method)) add(found, name == null ? method.getName() : name, method);
        }
        List<Getter> getters = new ArrayList<>();
        for (Getter getter : found.values()) if (getter != null) getters.add(getter);
        return getters;
    }

    private static void add(Map<String, Getter> found, String name, Member member) {
        ((java.lang.reflect.AccessibleObject) member).setAccessible(true);
        found.put(name, new Getter(name, member));
    }

    private static String propertyName(Method method) {
        String name = method.getName();
        Class<?> type = method.getReturnType();
        if (name.length() > 3 && name.startsWith("get")) return decapitalized(name.substring(3));
        boolean isFlag = type == boolean.class || type == Boolean.class;
        return isFlag && name.length() > 2 && name.startsWith("is") ? decapitalized(name.substring(2)) : null;
    }

    /** As bean naming has it: `URL` stays. */
    private static String decapitalized(String name) {
        boolean isAcronym = name.length() > 1 && Character.isUpperCase(name.charAt(0)) && Character.isUpperCase(name.charAt(1));
        return isAcronym ? name : name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /** Records came with Java 16, and this is compiled for 11. */
    static boolean isRecord(Class<?> type) {
        Class<?> parent = type.getSuperclass();
        return parent != null && parent.getName().equals("java.lang.Record");
    }

    /** A record's own fields, in the order of its constructor's parameters. */
    static List<Field> components(Class<?> record) {
        List<Field> components = new ArrayList<>();
        for (Field field : record.getDeclaredFields()) if (!Modifier.isStatic(field.getModifiers())) components.add(field);
        return components;
    }

    private static boolean isComponent(Class<?> type, Method method) {
        if (!isRecord(type)) return false;
        for (Field field : components(type)) if (field.getName().equals(method.getName())) return true;
        return false;
    }

    private static List<Field> fieldsInOrder(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            List<Field> own = new ArrayList<>();
            for (Field field : at.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (!Modifier.isStatic(modifiers) && !Modifier.isTransient(modifiers) && !field.isSynthetic()) own.add(field);
            }
            fields.addAll(0, own);
        }
        return fields;
    }

    /** Takes one property's value. */
    interface Setter {
        Type type();

        void write(Object bean, Object value) throws InvocationTargetException, IllegalAccessException;
    }

    /** By names in lower case: AWS's events have `Records` and `eventSourceARN` where the classes have other capitals. */
    static Map<String, Setter> setters(Class<?> type) {
        Map<String, Setter> setters = new LinkedHashMap<>();
        for (Field field : fieldsInOrder(type)) {
            if (!Modifier.isPublic(field.getModifiers())) continue;
            field.setAccessible(true);
            setters.put(field.getName().toLowerCase(Locale.ROOT), new FieldSetter(field));
        }
        for (Method method : type.getMethods()) {
            String name = method.getName();
            if (method.getParameterCount() != 1 || name.length() < 4 || !name.startsWith("set")) continue;
            if (Modifier.isStatic(method.getModifiers()) || method.isBridge()) continue;
            method.setAccessible(true);
            setters.put(name.substring(3).toLowerCase(Locale.ROOT), new MethodSetter(method));
        }
        return setters;
    }

    private static final class FieldSetter implements Setter {
        private final Field field;

        FieldSetter(Field field) {
            this.field = field;
        }

        @Override
        public Type type() {
            return field.getGenericType();
        }

        @Override
        public void write(Object bean, Object value) throws IllegalAccessException {
            field.set(bean, value);
        }
    }

    private static final class MethodSetter implements Setter {
        private final Method method;

        MethodSetter(Method method) {
            this.method = method;
        }

        @Override
        public Type type() {
            return method.getGenericParameterTypes()[0];
        }

        @Override
        public void write(Object bean, Object value) throws InvocationTargetException, IllegalAccessException {
            method.invoke(bean, value);
        }
    }
}

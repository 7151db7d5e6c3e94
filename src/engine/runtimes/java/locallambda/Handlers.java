package locallambda;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/** Finds what `package.Class::method` or `package.Class` names. The messages are those of AWS's runtime. */
final class Handlers {
    private static final String RUNTIME = "com.amazonaws.services.lambda.runtime.";

    static Handler load(String name, ClassLoader loader) {
        int colons = name.indexOf("::");
        String className = colons < 0 ? name : name.substring(0, colons);
        String methodName = colons < 0 ? null : name.substring(colons + 2);
        if (className.isEmpty() || methodName != null && methodName.isEmpty()) throw Fault.of("Invalid handler: `" + name + "'");
        Class<?> type = type(className, loader);
        if (methodName == null) {
            boolean isHandler = isA(type, RUNTIME + "RequestHandler") || isA(type, RUNTIME + "RequestStreamHandler");
            if (!isHandler) throw Fault.of("Class does not implement an appropriate handler interface: " + className);
            methodName = "handleRequest";
        }
        Method method = best(type, methodName);
        if (method == null) {
            throw Fault.of("No public method named " + methodName + " with appropriate method signature found on class " + className);
        }
        method.setAccessible(true);
        return new MethodHandler(Modifier.isStatic(method.getModifiers()) ? null : instance(type), type, method);
    }

    private static Class<?> type(String name, ClassLoader loader) {
        try {
            return Class.forName(name, true, loader);
        } catch (ClassNotFoundException error) {
            throw Fault.of("Class not found: " + name, error);
        } catch (Throwable error) {
            String message = error.getMessage();
            throw Fault.atStart("Error loading class " + name + (message == null ? "" : ": " + message), error);
        }
    }

    private static Object instance(Class<?> type) {
        try {
            return type.getConstructor().newInstance();
        } catch (NoSuchMethodException error) {
            boolean isInner = type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
            String why = isInner ? " cannot be instantiated because it is a non-static inner class" : " has no public zero-argument constructor";
            throw Fault.of("Class " + type.getName() + why);
        } catch (InvocationTargetException error) {
            Throwable cause = error.getCause();
            throw Fault.atStart(cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage(), cause);
        } catch (ReflectiveOperationException error) {
            throw Fault.of(error.toString(), error);
        }
    }

    /** Of several methods the one with most parameters, a Context at the end counting twice; never a bridge where there is another. */
    private static Method best(Class<?> type, String name) {
        Method best = null;
        for (Method method : type.getMethods()) {
            if (method.getName().equals(name) && fits(method) && (best == null || weight(method) > weight(best))) best = method;
        }
        return best;
    }

    private static int weight(Method method) {
        Class<?>[] types = method.getParameterTypes();
        boolean hasContext = types.length > 0 && isContext(types[types.length - 1]);
        return types.length + (hasContext ? 1 : 0) + (method.isBridge() ? 0 : 100);
    }

    private static boolean fits(Method method) {
        Class<?>[] types = method.getParameterTypes();
        boolean hasContext = types.length > 0 && isContext(types[types.length - 1]);
        int others = types.length - (hasContext ? 1 : 0);
        if (others == 2) return types[0] == InputStream.class && types[1] == OutputStream.class;
        return others < 2;
    }

    static boolean isContext(Class<?> type) {
        return type.getName().equals(RUNTIME + "Context");
    }

    private static boolean isA(Class<?> type, String name) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Class<?> implemented : at.getInterfaces()) {
                if (implemented.getName().equals(name) || isA(implemented, name)) return true;
            }
        }
        return false;
    }
}

package locallambda;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;

/** A method of the user's: gives it the event as what it takes, and makes JSON of what it returns. */
final class MethodHandler implements Handler {
    private final Object receiver;
    private final Method method;
    private final Class<?>[] parameters;
    private final Type eventType;
    private final boolean writes;
    private final Binder binder = new Binder();

    MethodHandler(Object receiver, Class<?> type, Method method) {
        this.receiver = receiver;
        this.method = method;
        this.parameters = method.getParameterTypes();
        Type[] types = method.getGenericParameterTypes();
        this.eventType = types.length == 0 ? Object.class : resolved(types[0], type);
        boolean takesOutput = false;
        for (Class<?> parameter : parameters) takesOutput |= parameter == OutputStream.class;
        this.writes = takesOutput;
    }

    @Override
    public byte[] call(Invocation invocation) throws Throwable {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Object[] arguments = new Object[parameters.length];
        for (int index = 0; index < arguments.length; index++) {
            Class<?> parameter = parameters[index];
            if (Handlers.isContext(parameter)) arguments[index] = InvocationContext.of(invocation, parameter);
            else if (parameter == InputStream.class) arguments[index] = new ByteArrayInputStream(invocation.event);
            else if (parameter == OutputStream.class) arguments[index] = output;
            else arguments[index] = event(invocation.event);
        }
        Object result;
        try {
            result = method.invoke(receiver, arguments);
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
        if (writes) return output.toByteArray();
        try {
            return JsonWriter.write(result);
        } catch (RuntimeException | StackOverflowError error) {
            throw Fault.of(new RuntimeException("An error occurred during JSON serialization of response", error));
        }
    }

    private Object event(byte[] json) {
        try {
            return binder.bind(JsonReader.read(json), eventType);
        } catch (RuntimeException error) {
            throw Fault.of(new RuntimeException("An error occurred during JSON parsing", error));
        }
    }

    /** What a type variable of a generic parent class, such as the I of RequestHandler, stands for in `type`. */
    private static Type resolved(Type wanted, Class<?> type) {
        if (!(wanted instanceof TypeVariable)) return wanted;
        Map<TypeVariable<?>, Type> known = new HashMap<>();
        collect(type, known);
        Type found = wanted;
        while (found instanceof TypeVariable && known.containsKey(found)) found = known.get(found);
        return found;
    }

    private static void collect(Type type, Map<TypeVariable<?>, Type> known) {
        if (type == null) return;
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType ? ((ParameterizedType) type).getRawType() : type);
        if (type instanceof ParameterizedType) {
            Type[] arguments = ((ParameterizedType) type).getActualTypeArguments();
            for (int index = 0; index < arguments.length; index++) known.put(raw.getTypeParameters()[index], arguments[index]);
        }
        collect(raw.getGenericSuperclass(), known);
        for (Type implemented : raw.getGenericInterfaces()) collect(implemented, known);
    }
}

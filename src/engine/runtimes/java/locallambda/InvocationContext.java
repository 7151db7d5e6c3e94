package locallambda;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * AWS's Context, LambdaLogger, ClientContext and CognitoIdentity, which are interfaces of a library in the user's package: answered by
 * the names of their methods.
 */
final class InvocationContext implements InvocationHandler {
    private final Map<String, Object> answers;

    private InvocationContext(Map<String, Object> answers) {
        this.answers = answers;
    }

    static Object of(Invocation invocation, Class<?> context) {
        Map<String, Object> answers = new LinkedHashMap<>();
        answers.put("getAwsRequestId", invocation.requestId);
        answers.put("getInvokedFunctionArn", invocation.header("lambda-runtime-invoked-function-arn"));
        answers.put("getFunctionName", System.getenv("AWS_LAMBDA_FUNCTION_NAME"));
        answers.put("getFunctionVersion", System.getenv("AWS_LAMBDA_FUNCTION_VERSION"));
        answers.put("getLogGroupName", System.getenv("AWS_LAMBDA_LOG_GROUP_NAME"));
        answers.put("getLogStreamName", System.getenv("AWS_LAMBDA_LOG_STREAM_NAME"));
        answers.put("getMemoryLimitInMB", Integer.valueOf(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")));
        answers.put("getXrayTraceId", invocation.header("lambda-runtime-trace-id"));
        answers.put("getRemainingTimeInMillis", Long.valueOf(invocation.header("lambda-runtime-deadline-ms")));
        answers.put("getClientContext", json(invocation.header("lambda-runtime-client-context")));
        answers.put("getIdentity", json(invocation.header("lambda-runtime-cognito-identity")));
        return proxy(context, new InvocationContext(answers));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        String name = method.getName();
        if (name.equals("log")) {
            if (arguments[0] instanceof byte[]) Log.write((byte[]) arguments[0]);
            else Log.message(String.valueOf(arguments[0]), arguments.length > 1 ? String.valueOf(arguments[1]) : null, answers.get("getAwsRequestId"));
            return null;
        }
        if (method.getDeclaringClass() == Object.class) {
            if (name.equals("equals")) return proxy == arguments[0];
            return name.equals("hashCode") ? (Object) System.identityHashCode(this) : proxy.getClass().getInterfaces()[0].getName();
        }
        Class<?> type = method.getReturnType();
        Object answer = answers.get(name);
        if (name.equals("getRemainingTimeInMillis")) return (int) Math.max(0, (Long) answer - System.currentTimeMillis());
        if (name.equals("getLogger")) return proxy(type, this);
        if (answer instanceof Map && type != Map.class) return proxy(type, new InvocationContext(getters((Map<?, ?>) answer)));
        return answer == null && type.isPrimitive() ? Scalars.zero(type) : answer;
    }

    /** `env` of a client context is asked for as getEnvironment, and `app_title` as getAppTitle. */
    private static Map<String, Object> getters(Map<?, ?> values) {
        Map<String, Object> getters = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            StringBuilder name = new StringBuilder("get");
            for (String word : entry.getKey().toString().split("_")) {
                if (!word.isEmpty()) name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
            getters.put(name.toString().equals("getEnv") ? "getEnvironment" : name.toString(), entry.getValue());
        }
        return getters;
    }

    /** A header's bytes are UTF-8. */
    private static Object json(String header) {
        return header == null ? null : JsonReader.read(header.getBytes(StandardCharsets.UTF_8));
    }

    private static Object proxy(Class<?> type, InvocationContext answers) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers);
    }
}

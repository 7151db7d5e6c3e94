package locallambda;

/** An event as the Runtime API hands it over. */
final class Invocation {
    final String requestId;
    final byte[] event;
    private final RuntimeApi.Response response;

    Invocation(RuntimeApi.Response response) {
        this.response = response;
        this.requestId = header("lambda-runtime-aws-request-id");
        this.event = response.body;
    }

    /** By its name in lower case; null where there is none. */
    String header(String name) {
        return response.headers.get(name);
    }
}

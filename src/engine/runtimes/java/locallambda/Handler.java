package locallambda;

/** What runs an event, whatever form the user's handler has. */
interface Handler {
    /** The body of the response. */
    byte[] call(Invocation invocation) throws Throwable;
}

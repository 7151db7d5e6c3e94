package com.amazonaws.services.lambda.crac;

/** What resources threw after the restore of one is suppressed in it. */
public class RestoreException extends Exception {
    private static final long serialVersionUID = 1;

    public RestoreException() {}

    public RestoreException(String message) {
        super(message);
    }
}

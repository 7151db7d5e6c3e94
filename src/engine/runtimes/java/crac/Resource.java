package com.amazonaws.services.lambda.crac;

/** What is to be told of a snapshot, before and after. */
public interface Resource {
    void beforeCheckpoint(Context<? extends Resource> context) throws Exception;

    void afterRestore(Context<? extends Resource> context) throws Exception;
}

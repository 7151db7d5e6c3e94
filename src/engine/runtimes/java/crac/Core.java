package com.amazonaws.services.lambda.crac;

/** What org.crac, of the function's own package, finds by the property org.crac.Core.Compat, as on AWS. */
public final class Core {
    private static final Context<Resource> GLOBAL = new Resources();

    private Core() {}

    public static Context<Resource> getGlobalContext() {
        return GLOBAL;
    }

    /** There is nothing to checkpoint to: a snapshot is the platform's to make. */
    public static void checkpointRestore() {
        throw new UnsupportedOperationException("checkpointRestore");
    }
}

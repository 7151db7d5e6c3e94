package locallambda;

import com.amazonaws.services.lambda.crac.CheckpointException;
import com.amazonaws.services.lambda.crac.Core;
import com.amazonaws.services.lambda.crac.RestoreException;
import java.io.IOException;

/** The end of an init with SnapStart: hooks, what stands for the snapshot, and hooks again. */
final class Snapshot {
    static final String HOOKS = "com.amazonaws.services.lambda.crac.";

    /** Waits until the snapshot is restored. Ends the process where a hook fails. */
    static void pass(RuntimeApi api) throws IOException {
        try {
            Core.getGlobalContext().beforeCheckpoint(null);
        } catch (CheckpointException error) {
            fail(api, "/init/error", error);
        }
        api.get("/restore/next");
        try {
            Core.getGlobalContext().afterRestore(null);
        } catch (RestoreException error) {
            fail(api, "/restore/error", error);
        }
    }

    private static void fail(RuntimeApi api, String path, Exception error) throws IOException {
        Throwable[] causes = error.getSuppressed();
        Fault fault = Fault.of(causes.length == 0 ? error : causes[0]);
        Log.message(fault.report(), "ERROR", null);
        api.post(path, fault.body());
        System.exit(1);
    }
}

package com.amazonaws.services.lambda.crac;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/** Held weakly, as CRaC has it: told last registered first before a snapshot, in the order of registration after it. */
final class Resources extends Context<Resource> {
    private final List<WeakReference<Resource>> registered = new ArrayList<>();

    @Override
    public synchronized void register(Resource resource) {
        registered.add(new WeakReference<>(resource));
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) throws CheckpointException {
        CheckpointException failed = null;
        List<Resource> all = live();
        for (int at = all.size() - 1; at >= 0; at--) {
            try {
                all.get(at).beforeCheckpoint(this);
            } catch (Exception error) {
                if (failed == null) failed = new CheckpointException("A resource failed before the snapshot: " + error);
                failed.addSuppressed(error);
            }
        }
        if (failed != null) throw failed;
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) throws RestoreException {
        RestoreException failed = null;
        for (Resource resource : live()) {
            try {
                resource.afterRestore(this);
            } catch (Exception error) {
                if (failed == null) failed = new RestoreException("A resource failed after the restore: " + error);
                failed.addSuppressed(error);
            }
        }
        if (failed != null) throw failed;
    }

    private synchronized List<Resource> live() {
        List<Resource> live = new ArrayList<>();
        for (WeakReference<Resource> one : registered) {
            Resource resource = one.get();
            if (resource != null) live.add(resource);
        }
        return live;
    }
}

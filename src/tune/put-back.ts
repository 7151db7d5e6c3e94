import { withAwsProblems } from '../aws/aws-problems.ts';
import { lambdaClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';
import { Problem } from '../problem.ts';
import { deleteVersions, putMemoryBack } from './memory-versions.ts';
import { noProcess, notedTarget, TuningJournal, type TuningNote } from './tuning-journal.ts';

export interface PutBackOptions {
  readonly target: Target;
  readonly note: TuningNote;
  readonly journal: TuningJournal;
}

/**
 * Undoes what a tuning has changed: the function's memory, and its temporary versions. Cannot be cancelled. Throws a Problem that names
 * what is left to do where the target does not let it be done; the note of it stays then.
 */
export async function putBack({ target, note, journal }: PutBackOptions): Promise<void> {
  const { functionName, memorySizeMB } = note;
  try {
    await withAwsProblems(target, async () => {
      const client = await lambdaClient(target);
      try {
        await putMemoryBack(client, note);
        await deleteVersions(client, note);
      } finally {
        client.destroy();
      }
    });
  } catch (cause) {
    journal.keep({ ...note, pid: noProcess });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Problem(
      'TuningNotPutBack',
      `${functionName} may not be as it was before the tuning: ${reason} It had ${memorySizeMB} MB. Set them again, or tune it once more: it is put back first.`,
      { cause },
    );
  }
  journal.forget(note);
}

/** The same for one that was interrupted, on the target that it ran on and on no other. */
export async function putTuningBack({ target, note }: Omit<PutBackOptions, 'journal'>): Promise<void> {
  if (notedTarget(target).accessKeyId !== note.target.accessKeyId)
    throw new Problem(
      'OtherTarget',
      `${note.functionName} was tuned on another data folder of the Local Lambda. Choose that one, and tune the function again: it is put back first.`,
    );
  await putBack({ target, note, journal: new TuningJournal() });
}

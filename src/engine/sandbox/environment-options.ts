import type { BriefWaits } from '../brief-waits.ts';
import type { FunctionRecord } from '../store/function-store.ts';
import type { ControlGroups } from './control-groups.ts';
import type { Interpreter } from './interpreters.ts';
import type { LayerFolder } from './layer-folders.ts';
import type { MountNamespaces } from './mount-namespaces.ts';
import type { InitializationType } from './platform-events.ts';
import type { ProcessGuard } from './process-guard.ts';
import type { FunctionCredentials } from './profile-credentials.ts';

/** What an execution environment is made of. */
export interface EnvironmentOptions {
  readonly function: FunctionRecord;
  readonly initializationType: InitializationType;
  readonly interpreter: Interpreter;
  /** The runtime's program for the interpreter (for Java the folder of its classes); absent where the package brings its own. */
  readonly bootstrap?: string;
  readonly taskRoot: string;
  /** What stands for /opt; given back when the environment ends. */
  readonly layers?: LayerFolder | undefined;
  readonly temporaryRoot: string;
  readonly namespaces: MountNamespaces;
  readonly groups: ControlGroups;
  /** Whether it gets no more of the processors than Lambda gives a function of its memory. */
  readonly cpuShare: boolean;
  /** Whether it stands still while it has nothing to do, as on AWS. */
  readonly freeze: boolean;
  readonly guard: ProcessGuard;
  readonly waits: BriefWaits;
  readonly engine: { readonly endpoint: string; readonly region: string; readonly accountId: string };
  readonly credentials: FunctionCredentials;
  readonly writeLog: (group: string, stream: string, message: string, timestamp: number) => void;
}

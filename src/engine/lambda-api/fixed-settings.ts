import { functionArn, type Whereabouts } from './configuration.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';

/**
 * What infrastructure tools ask of every function, and what a function has that nobody has set it for: no code signing, and a runtime
 * that AWS keeps up to date.
 */
export class FixedSettings {
  readonly operations: OperationTable;

  constructor({ functions, where }: { readonly functions: Functions; readonly where: Whereabouts }) {
    this.operations = {
      GetFunctionCodeSigningConfig: (input) => {
        functions.latest(input);
        return {};
      },
      GetRuntimeManagementConfig: (input) => {
        const { name } = functions.find(input);
        const { qualifier } = functions.reference(input);
        return { UpdateRuntimeOn: 'Auto', FunctionArn: functionArn(where, name, qualifier ?? '$LATEST') };
      },
    };
  }
}

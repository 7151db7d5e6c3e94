// Settings of a function that concern what there is not here: those of networks and keys are kept and shown, others refused.
import { invalidParameter } from '../http/service-error.ts';
import type { OutsideSettings } from '../store/function-store.ts';
import { field } from './desired.ts';

type Input = Readonly<Record<string, unknown>>;

/** Without them a function would not do what it is meant to. */
const refused = ['ImageConfig', 'CodeSigningConfigArn', 'DurableConfig', 'CapacityProviderConfig', 'TenancyConfig'];

/** As an input changes them; absent where there are none. Throws InvalidParameterValueException for what cannot be left out. */
export function readOutsideSettings(
  input: Input,
  before: OutsideSettings | undefined,
): { readonly outside?: OutsideSettings } {
  const name = refused.find((each) => input[each] !== undefined);
  if (name !== undefined || input['PackageType'] === 'Image')
    throw invalidParameter(
      `The local Lambda does not serve ${name ?? 'container images'}. Leave it out, or deploy this function to AWS.`,
    );
  const vpc = input['VpcConfig'] === undefined ? before?.vpc : readVpc(input['VpcConfig']);
  const fileSystems = listOr(input['FileSystemConfigs'], before?.fileSystems);
  const kmsKeyArn = typeof input['KMSKeyArn'] === 'string' ? input['KMSKeyArn'] : before?.kmsKeyArn;
  const outside = {
    ...(vpc && { vpc }),
    ...(fileSystems && fileSystems.length > 0 && { fileSystems }),
    ...(kmsKeyArn && { kmsKeyArn }),
  };
  return Object.keys(outside).length > 0 ? { outside } : {};
}

/** As configurations have them. */
export function outsideSettingsOf(outside: OutsideSettings | undefined): object {
  const { vpc, fileSystems, kmsKeyArn } = outside ?? {};
  return {
    ...(vpc && {
      VpcConfig: {
        SubnetIds: vpc.subnetIds,
        SecurityGroupIds: vpc.securityGroupIds,
        VpcId: '',
        Ipv6AllowedForDualStack: vpc.allowsIpv6,
      },
    }),
    ...(fileSystems && { FileSystemConfigs: fileSystems }),
    ...(kmsKeyArn && { KMSKeyArn: kmsKeyArn }),
  };
}

/** Undefined for one without subnets and groups, which takes the function out of its network. */
function readVpc(config: unknown): OutsideSettings['vpc'] {
  const texts = (name: string): string[] => (listOr(field(config, name), undefined) ?? []).map(String);
  const [subnetIds, securityGroupIds] = [texts('SubnetIds'), texts('SecurityGroupIds')];
  if (subnetIds.length === 0 && securityGroupIds.length === 0) return undefined;
  return { subnetIds, securityGroupIds, allowsIpv6: field(config, 'Ipv6AllowedForDualStack') === true };
}

const listOr = (value: unknown, other: readonly unknown[] | undefined): readonly unknown[] | undefined =>
  Array.isArray(value) ? value : other;

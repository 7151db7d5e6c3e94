/** Hosts of AWS's console, by what the names of a partition's regions begin with. */
const consoles: readonly (readonly [prefix: RegExp, host: (region: string) => string])[] = [
  [/^cn-/, (region) => `${region}.console.amazonaws.cn`],
  [/^us-gov-/, (region) => `${region}.console.amazonaws-us-gov.com`],
  [/^(?!us-iso|eu-iso|eusc-)[a-z]{2}-[a-z]+-\d+$/, (region) => `${region}.console.aws.amazon.com`],
];

/** The page of a trace in AWS's console; undefined of a region in a partition whose console is not known. */
export function tracePage(traceId: string, region: string): string | undefined {
  const host = consoles.find(([prefix]) => prefix.test(region))?.[1](region);
  return host && `https://${host}/cloudwatch/home?region=${region}#xray:traces/${traceId}`;
}

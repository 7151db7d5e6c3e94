const prefixes = ['AKIA', 'ASIA'].map((prefix) => Buffer.from(prefix));
const keyId = /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/g;

/** The first AWS access key id in some content; those that documentation shows (…EXAMPLE) are none. */
export function findSecrets(content: Uint8Array): string | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  for (const prefix of prefixes) {
    let at = bytes.indexOf(prefix);
    while (at !== -1) {
      const [found] = bytes.toString('latin1', Math.max(0, at - 1), at + 21).match(keyId) ?? [];
      if (found && !found.endsWith('EXAMPLE')) return found;
      at = bytes.indexOf(prefix, at + 1);
    }
  }
  return undefined;
}

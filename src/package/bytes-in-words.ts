/** 312 B, 4.2 kB, 61.0 MB; a kB is 1,024 bytes, as in Lambda's own limits. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${(bytes / 1024).toFixed(1)} kB`;
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}

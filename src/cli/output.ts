/** What the command line prints: for people, or as JSON for programs. */
export class Output {
  readonly json: boolean;
  readonly #used = new Set<NodeJS.WriteStream>();

  constructor({ json }: { readonly json: boolean }) {
    this.json = json;
  }

  line(text: string): void {
    this.#write(process.stdout, text);
  }

  /** One result: JSON as it is, or the words for people. */
  result(value: unknown, words: () => string): void {
    this.line(this.json ? JSON.stringify(value) : words());
  }

  /** What is going on meanwhile; on stderr, so that stdout holds the result alone. */
  progress(message: string): void {
    if (!this.json && process.stderr.isTTY) this.aside(message);
  }

  /** What belongs to a result and is none, on stderr. */
  aside(text: string): void {
    this.#write(process.stderr, text);
  }

  warning(message: string): void {
    this.aside(`warning: ${message}`);
  }

  failure(code: string, message: string): void {
    if (this.json) this.line(JSON.stringify({ error: { code, message } }));
    this.aside(`error: ${message}`);
  }

  /** Aligned columns; numbers to the right. */
  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    const cells = [head, ...rows.map((row) => row.map(String))];
    const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
    for (const row of cells) {
      const line = row.map((cell, column) => {
        const numeric = rows.length > 0 && rows.every((values) => typeof values[column] === 'number');
        return numeric ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
      });
      this.line(line.join('  ').trimEnd());
    }
  }

  /** Resolves when all of it has left the process: a pipe takes what its reader takes. */
  async flushed(): Promise<void> {
    await Promise.all([...this.#used].map((stream) => new Promise((resolve) => stream.write('', resolve))));
  }

  #write(stream: NodeJS.WriteStream, text: string): void {
    this.#used.add(stream);
    stream.write(`${text}\n`);
  }
}

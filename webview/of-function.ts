/** Of a list those of one function, the same list again as long as the list and the name are the same. */
export class OfFunction<Item extends { readonly functionName?: string | undefined }> {
  #latest: { readonly all: readonly Item[]; readonly functionName: string; readonly its: readonly Item[] } | undefined;

  /** Without a name, of all. */
  of(all: readonly Item[], functionName: string | undefined): readonly Item[] {
    if (functionName === undefined) return all;
    if (this.#latest?.all !== all || this.#latest.functionName !== functionName)
      this.#latest = { all, functionName, its: all.filter((each) => each.functionName === functionName) };
    return this.#latest.its;
  }
}

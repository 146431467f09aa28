/** Names of symbols in SQL. DuckDB does not tell `a` from `A`, plans do. */
export class SymbolNames {
  readonly #quoted = new Map<string, string>();
  readonly #taken = new Set<string>();

  quoted(name: string): string {
    const known = this.#quoted.get(name);
    if (known !== undefined) return known;
    const base = name.replace(/[^A-Za-z0-9_$]/g, '_').toLowerCase();
    let candidate = base;
    for (let i = 1; this.#taken.has(candidate); i++) candidate = `${base}~${i}`;
    this.#taken.add(candidate);
    const quoted = `"${candidate}"`;
    this.#quoted.set(name, quoted);
    return quoted;
  }
}

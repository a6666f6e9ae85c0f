/** The groups of names that reach each other along `edges`, each sorted; a name that reaches itself counts. */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const search = new Search(edges);
  for (const name of edges.keys()) search.visit(name);
  return search.groups;
}

/** Tarjan's algorithm for strongly connected components (SIAM J. Comput. 1, 1972). */
class Search {
  readonly groups: string[][] = [];
  readonly #edges: ReadonlyMap<string, readonly string[]>;
  readonly #index = new Map<string, number>();
  readonly #lowest = new Map<string, number>();
  readonly #path: string[] = [];

  constructor(edges: ReadonlyMap<string, readonly string[]>) {
    this.#edges = edges;
  }

  visit(name: string): void {
    if (this.#index.has(name)) return;
    const index = this.#index.size;
    this.#index.set(name, index);
    this.#lowest.set(name, index);
    this.#path.push(name);
    for (const next of this.#edges.get(name) ?? []) {
      this.visit(next);
      // What is no longer on the path belongs to a finished group and says nothing about this one.
      if (this.#path.includes(next)) this.#lowest.set(name, Math.min(this.#low(name), this.#low(next)));
    }
    if (this.#low(name) === index) this.#close(name);
  }

  #low(name: string): number {
    return this.#lowest.get(name) ?? Number.POSITIVE_INFINITY;
  }

  #close(name: string): void {
    const group = this.#path.splice(this.#path.indexOf(name));
    const reachesItself = this.#edges.get(name)?.includes(name) ?? false;
    if (group.length > 1 || reachesItself) this.groups.push(group.sort());
  }
}

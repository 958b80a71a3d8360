/** Union-find over positions 0 to n − 1; the smallest position of a set stands for it. */
export class DisjointSets {
  private readonly parent: Int32Array;

  constructor(n: number) {
    this.parent = Int32Array.from({ length: n }, (_, i) => i);
  }

  find(i: number): number {
    const { parent } = this;
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    for (let next = i; next !== root; ) {
      const after = parent[next]!;
      parent[next] = root;
      next = after;
    }
    return root;
  }

  /** Whether the two were apart. */
  join(a: number, b: number): boolean {
    const [x, y] = [this.find(a), this.find(b)];
    if (x === y) return false;
    this.parent[Math.max(x, y)] = Math.min(x, y);
    return true;
  }
}

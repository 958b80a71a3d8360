/** Which item a key leads to (arrows go round, Home, End, a first letter); null when the key means nothing here. */
export function nextItem(labels: readonly string[], current: number, key: string): number | null {
  const n = labels.length;
  if (n === 0) return null;
  if (key === "ArrowDown") return (current + 1) % n;
  if (key === "ArrowUp") return (current <= 0 ? n : current) - 1;
  if (key === "Home") return 0;
  if (key === "End") return n - 1;
  if (key.length !== 1 || key === " ") return null;
  const isMatch = (index: number) => labels[index]!.toLowerCase().startsWith(key.toLowerCase());
  for (let step = 1; step <= n; step += 1) {
    const index = (Math.max(current, -1) + step) % n;
    if (isMatch(index)) return index;
  }
  return null;
}

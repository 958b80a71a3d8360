type Group = { label: string; sign: "+" | "-" | "0" };

/** Who helped and who hurt, naming a sign only where the interval excludes zero. */
export function influenceSentence(groups: Group[]): string {
  if (groups.length === 0) return "Nobody’s rows could be scored.";
  const names = (sign: Group["sign"]) =>
    groups.filter((group) => group.sign === sign).map((group) => group.label);
  const [helped, hurt, open] = [names("+"), names("-"), names("0")];
  const parts: string[] = [];
  if (helped.length > 0) parts.push(`The rows of ${list(helped)} helped.`);
  if (hurt.length > 0) parts.push(`The rows of ${list(hurt)} hurt.`);
  if (open.length > 0) {
    parts.push(
      parts.length === 0
        ? "For nobody’s rows is it clear whether they helped or hurt: every interval includes zero."
        : `For ${list(open)} it is not clear.`,
    );
  }
  return parts.join(" ");
}

function list(names: string[]): string {
  if (names.length > 4) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} others`;
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0]!;
}

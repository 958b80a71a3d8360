import type { Influence } from "./influence-section";

type Group = { label: string; claim: Influence["contributors"][number]["claim"] };

/** Who helped and who hurt; nothing is named where the interval includes zero, or where it matters whose questions count. */
export function influenceSentence(groups: Group[]): string {
  if (groups.length === 0) return "Nobody’s rows could be scored.";
  const names = (claim: Group["claim"]) =>
    groups.filter((group) => group.claim === claim).map((group) => group.label);
  const [helped, hurt, depends, open] = [names("helped"), names("hurt"), names("depends"), names("open")];
  const parts: string[] = [];
  if (helped.length > 0) parts.push(`The rows of ${list(helped)} helped.`);
  if (hurt.length > 0) parts.push(`The rows of ${list(hurt)} hurt.`);
  if (depends.length > 0)
    parts.push(`For ${list(depends)} it depends on whose questions count, their own or those of others.`);
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

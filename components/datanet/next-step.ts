import type { AccessRule } from "@/db/schema/datanet.constants";
import { formatCount } from "../common/numbers";
import { makeItYours } from "../sample/make-it-yours";

export type DatanetFacts = {
  id: string;
  status: "draft" | "registering" | "registered";
  acceptedRows: number;
  pendingRows: number;
  role: { isOwner: boolean; isMember: boolean; isValidator: boolean };
  isSignedIn: boolean;
  /** A sample is there to be trained on; nobody reviews new rows of it. */
  isSample?: boolean;
  /** Who may read and join it; everyone where they are left out. */
  readAccess?: AccessRule;
  contributeAccess?: AccessRule;
  counts: { validators: number; runsAtWork: number };
};
export type VersionFacts = { id: string; number: number; status: string; rows: number; runs: number };

export type NextStep =
  | { kind: "link"; label: string; href: string }
  | { kind: "join"; label: string }
  | { kind: "tab"; label: string; tab: string }
  | { kind: "register"; label: string };

const rowsOf = (count: number) => `${formatCount(count)} ${count === 1 ? "row" : "rows"}`;

/** One sentence: the last version, what runs, what waits. */
export function stateSentence(datanet: DatanetFacts, versions: VersionFacts[]): string {
  const parts: string[] = datanet.isSample ? ["A sample to try things on"] : [];
  const frozen = versions.find((version) => version.status === "frozen");
  if (frozen)
    parts.push(`${parts.length > 0 ? "version" : "Version"} ${frozen.number} frozen, ${rowsOf(frozen.rows)}`);
  else if (datanet.acceptedRows > 0)
    parts.push(`${rowsOf(datanet.acceptedRows)} accepted, no version frozen yet`);
  else if (datanet.pendingRows === 0) parts.push("No rows yet");
  if (datanet.pendingRows > 0) {
    parts.push(`${rowsOf(datanet.pendingRows)} ${datanet.pendingRows === 1 ? "waits" : "wait"} for review`);
  }
  if (datanet.counts.validators === 0) parts.push("no validator yet");
  const waiting = versions.find((version) => version.status === "approval" || version.status === "commit");
  if (waiting)
    parts.push(
      `version ${waiting.number} waits for ${waiting.status === "approval" ? "a validator" : "the owner"}`,
    );
  if (datanet.counts.runsAtWork > 0) parts.push("a run is training");
  if (datanet.status === "draft") parts.push("not registered on the chain yet");
  if (datanet.status === "registering") parts.push("being registered on the chain");
  if (datanet.readAccess === "invited") parts.push("only who is invited may read it");
  return `${parts.join("; ")}.`;
}

/** Every way on that this person has here, the most useful first; the page shows the first as its one action. */
export function nextSteps(datanet: DatanetFacts, versions: VersionFacts[]): NextStep[] {
  const { id, role } = datanet;
  const steps: NextStep[] = [];
  const link = (label: string, href: string) => steps.push({ kind: "link", label, href });
  const base = `/datanets/${id}`;
  const approval = versions.find((version) => version.status === "approval");
  const commit = versions.find((version) => version.status === "commit");
  const frozen = versions.find((version) => version.status === "frozen");
  const isOpen = versions.some((version) =>
    ["preparing", "approval", "commit", "committing"].includes(version.status),
  );

  if (role.isOwner && datanet.status === "draft")
    steps.push({ kind: "register", label: "Register on the chain" });
  if (datanet.isSample && frozen) {
    link("Make it yours", makeItYours(datanet, frozen.id));
    return steps;
  }
  if (!datanet.isSignedIn) {
    if (datanet.contributeAccess !== "invited") link("Contribute", `${base}/contribute`);
    return steps;
  }
  if (role.isValidator && approval) link(`Approve version ${approval.number}`, `/versions/${approval.id}`);
  if (role.isOwner && commit) link(`Freeze version ${commit.number}`, `/versions/${commit.id}`);
  if (role.isValidator && datanet.pendingRows > 0)
    link(`Review ${rowsOf(datanet.pendingRows)}`, `${base}/review`);
  if (role.isOwner && datanet.pendingRows > 0 && datanet.counts.validators === 0) {
    steps.push({ kind: "tab", label: "Choose a validator", tab: "members" });
  }
  const hasNewRows = datanet.acceptedRows > (frozen?.rows ?? 0);
  const canFreeze = role.isOwner && datanet.status === "registered" && !isOpen && hasNewRows;
  if (canFreeze && datanet.pendingRows === 0) link("Freeze a version", `${base}/freeze`);
  if (role.isMember && frozen && frozen.runs === 0)
    link(`Train on version ${frozen.number}`, `${base}/train`);
  if (role.isMember) link("Contribute", `${base}/contribute`);
  else if (datanet.contributeAccess !== "invited") steps.push({ kind: "join", label: "Join" });
  if (canFreeze && datanet.pendingRows > 0) link("Freeze a version", `${base}/freeze`);
  if (role.isMember && frozen && frozen.runs > 0) link("Train", `${base}/train`);
  return steps;
}

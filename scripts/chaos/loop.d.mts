import type { Person } from "./person.mjs";

export type World = { datanetId?: string; snapshotId?: string; contributions?: string[]; runId?: string };
export function loopSteps(options: {
  ann: Person;
  bob: Person;
  files: { name: string; content: string }[];
  labels: string[];
  goal?: "label" | "style";
  world: World;
  patienceMs: number;
  name?: string;
  licence?: string;
}): { name: string; run: () => Promise<void> }[];

/** checking: the gate runs on the runner; ready: waits for the builder's wallet; then the chain decides. */
export const PUBLICATION_STATUSES = [
  "checking",
  "blocked",
  "ready",
  "submitted",
  "included",
  "final",
] as const;
export type PublicationStatus = (typeof PUBLICATION_STATUSES)[number];

export const PUBLICATION_TRANSITIONS: Record<PublicationStatus, readonly PublicationStatus[]> = {
  checking: ["ready", "blocked"],
  blocked: ["checking"],
  ready: ["submitted", "included", "final", "checking"],
  submitted: ["included", "ready"],
  included: ["final", "ready"],
  final: [],
};

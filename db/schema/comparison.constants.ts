/** Which answer a person preferred without knowing whose it was. */
export const VOTES = ["tuned", "base", "both_good", "both_bad"] as const;
export type Vote = (typeof VOTES)[number];

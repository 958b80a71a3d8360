/** The order in which they are offered. */
export const GOALS = ["answer", "label", "fields", "style"] as const;
export type Goal = (typeof GOALS)[number];

/** Who may read a Datanet, and who may contribute to it: everyone (who joins), or only who was invited. */
export const ACCESS_RULES = ["everyone", "invited"] as const;
export type AccessRule = (typeof ACCESS_RULES)[number];

/** What an invitation makes of whoever takes it. */
export const INVITED_ROLES = ["member", "validator"] as const;
export type InvitedRole = (typeof INVITED_ROLES)[number];

/** draft: not yet on the chain; registering: transaction sent; registered: included or final. */
export const DATANET_STATUSES = ["draft", "registering", "registered"] as const;
export type DatanetStatus = (typeof DATANET_STATUSES)[number];

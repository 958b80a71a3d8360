import type { InvitedRole } from "@/db/schema/datanet.constants";

export const ROLE_WORDS: Record<InvitedRole, string> = { member: "member", validator: "validator" };

/** What somebody with the role may do, after "As a member you may ". */
export const ROLE_MAY: Record<InvitedRole, string> = {
  member: "read it, contribute rows and train on its versions",
  validator: "read it, contribute rows, train on its versions and review rows of others",
};

import { publicProcedure, router, secretProcedure, signedInProcedure } from "@/server/trpc";
import { acceptInvitation } from "./accept";
import { createInvitation } from "./create";
import { getInvitation, listInvitations } from "./queries";
import { revokeInvitation } from "./revoke";
import { CreateInvitationInput, InvitationId, InvitationToken, ListInvitationsInput } from "./schemas";

export const invitationRouter = router({
  list: signedInProcedure.input(ListInvitationsInput).query(({ ctx, input }) => listInvitations(ctx, input)),
  get: publicProcedure.input(InvitationToken).query(({ ctx, input }) => getInvitation(ctx, input)),
  create: secretProcedure
    .input(CreateInvitationInput)
    .mutation(({ ctx, input }) => createInvitation(ctx, input)),
  accept: signedInProcedure.input(InvitationToken).mutation(({ ctx, input }) => acceptInvitation(ctx, input)),
  revoke: signedInProcedure.input(InvitationId).mutation(({ ctx, input }) => revokeInvitation(ctx, input)),
});

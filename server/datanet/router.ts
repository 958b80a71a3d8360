import { z } from "zod";
import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { createDatanet } from "./create";
import { grantValidator } from "./grant";
import { joinDatanet } from "./join";
import { prepareGrant, prepareRegister } from "./prepare";
import { getDatanet, listDatanets, listMembers } from "./queries";
import {
  CreateDatanetInput,
  DatanetId,
  GrantValidatorInput,
  ListDatanetsInput,
  SetGuidelinesInput,
} from "./schemas";
import { setGuidelines } from "./set-guidelines";

export const datanetRouter = router({
  list: publicProcedure.input(ListDatanetsInput).query(({ ctx, input }) => listDatanets(ctx, input)),
  get: publicProcedure.input(DatanetId).query(({ ctx, input }) => getDatanet(ctx, input.datanetId)),
  members: publicProcedure.input(DatanetId).query(({ ctx, input }) => listMembers(ctx, input.datanetId)),
  create: signedInProcedure.input(CreateDatanetInput).mutation(({ ctx, input }) => createDatanet(ctx, input)),
  join: signedInProcedure.input(DatanetId).mutation(({ ctx, input }) => joinDatanet(ctx, input)),
  grant: signedInProcedure
    .input(GrantValidatorInput)
    .mutation(({ ctx, input }) => grantValidator(ctx, input)),
  setGuidelines: signedInProcedure
    .input(SetGuidelinesInput)
    .mutation(({ ctx, input }) => setGuidelines(ctx, input)),
  prepareRegister: signedInProcedure
    .input(DatanetId)
    .mutation(({ ctx, input }) => prepareRegister(ctx, input)),
  prepareGrant: signedInProcedure
    .input(z.strictObject({ datanetId: z.uuid(), accountId: z.uuid() }))
    .mutation(({ ctx, input }) => prepareGrant(ctx, input)),
});

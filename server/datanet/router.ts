import { z } from "zod";
import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { createDatanet } from "./create";
import { grantValidator } from "./grant";
import { joinDatanet } from "./join";
import { prepareGrant, prepareRegister } from "./prepare";
import { getDatanet, listDatanets, listMembers } from "./queries";
import { removeMember } from "./remove-member";
import {
  CreateDatanetInput,
  DatanetId,
  GrantValidatorInput,
  ListDatanetsInput,
  RemoveMemberInput,
  SetAccessInput,
  SetGuidelinesInput,
  SetReviewRulesInput,
} from "./schemas";
import { setAccess } from "./set-access";
import { setGuidelines } from "./set-guidelines";
import { setReviewRules } from "./set-review-rules";
import { getTopicMap } from "./topic-map";

export const datanetRouter = router({
  list: publicProcedure.input(ListDatanetsInput).query(({ ctx, input }) => listDatanets(ctx, input)),
  get: publicProcedure.input(DatanetId).query(({ ctx, input }) => getDatanet(ctx, input.datanetId)),
  members: publicProcedure.input(DatanetId).query(({ ctx, input }) => listMembers(ctx, input.datanetId)),
  topicMap: publicProcedure.input(DatanetId).query(({ ctx, input }) => getTopicMap(ctx, input.datanetId)),
  create: signedInProcedure.input(CreateDatanetInput).mutation(({ ctx, input }) => createDatanet(ctx, input)),
  join: signedInProcedure.input(DatanetId).mutation(({ ctx, input }) => joinDatanet(ctx, input)),
  grant: signedInProcedure
    .input(GrantValidatorInput)
    .mutation(({ ctx, input }) => grantValidator(ctx, input)),
  setAccess: signedInProcedure.input(SetAccessInput).mutation(({ ctx, input }) => setAccess(ctx, input)),
  removeMember: signedInProcedure
    .input(RemoveMemberInput)
    .mutation(({ ctx, input }) => removeMember(ctx, input)),
  setGuidelines: signedInProcedure
    .input(SetGuidelinesInput)
    .mutation(({ ctx, input }) => setGuidelines(ctx, input)),
  setReviewRules: signedInProcedure
    .input(SetReviewRulesInput)
    .mutation(({ ctx, input }) => setReviewRules(ctx, input)),
  prepareRegister: signedInProcedure
    .input(DatanetId)
    .mutation(({ ctx, input }) => prepareRegister(ctx, input)),
  prepareGrant: signedInProcedure
    .input(z.strictObject({ datanetId: z.uuid(), accountId: z.uuid() }))
    .mutation(({ ctx, input }) => prepareGrant(ctx, input)),
});

import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { discardContribution } from "./discard";
import { listDuplicatePairs } from "./duplicate-pairs";
import { listFindings } from "./list-findings";
import { listRepairs } from "./list-repairs";
import { previewRows } from "./preview";
import { previewRepair } from "./preview-repair";
import { getContribution, listForDatanet, listProblems } from "./queries";
import { remapContribution } from "./remap";
import { repairContribution, unrepairContribution } from "./repair";
import { resubmitRow } from "./resubmit-row";
import {
  ContributionId,
  DuplicatePairsInput,
  FindingsInput,
  ListContributionsInput,
  PreviewInput,
  ProblemsInput,
  RemapInput,
  RepairInput,
  RepairPreviewInput,
  ResubmitRowInput,
  SubmitInput,
  UnmendInput,
  UnrepairInput,
} from "./schemas";
import { listSentBack } from "./sent-back";
import { submitContribution } from "./submit";
import { unmendContribution } from "./unmend";

/** Uploading is REST (app/api/uploads): a file is streamed, not put into JSON. */
export const contributionRouter = router({
  get: publicProcedure
    .input(ContributionId)
    .query(({ ctx, input }) => getContribution(ctx, input.contributionId)),
  listForDatanet: publicProcedure
    .input(ListContributionsInput)
    .query(({ ctx, input }) => listForDatanet(ctx, input.datanetId)),
  problems: signedInProcedure.input(ProblemsInput).query(({ ctx, input }) => listProblems(ctx, input)),
  findings: signedInProcedure.input(FindingsInput).query(({ ctx, input }) => listFindings(ctx, input)),
  duplicatePairs: signedInProcedure
    .input(DuplicatePairsInput)
    .query(({ ctx, input }) => listDuplicatePairs(ctx, input)),
  repairs: signedInProcedure
    .input(ContributionId)
    .query(({ ctx, input }) => listRepairs(ctx, input.contributionId)),
  repairPreview: signedInProcedure
    .input(RepairPreviewInput)
    .query(({ ctx, input }) => previewRepair(ctx, input)),
  repair: signedInProcedure.input(RepairInput).mutation(({ ctx, input }) => repairContribution(ctx, input)),
  unrepair: signedInProcedure
    .input(UnrepairInput)
    .mutation(({ ctx, input }) => unrepairContribution(ctx, input)),
  unmend: signedInProcedure.input(UnmendInput).mutation(({ ctx, input }) => unmendContribution(ctx, input)),
  preview: publicProcedure.input(PreviewInput).query(({ ctx, input }) => previewRows(ctx, input)),
  remap: signedInProcedure.input(RemapInput).mutation(({ ctx, input }) => remapContribution(ctx, input)),
  submit: signedInProcedure.input(SubmitInput).mutation(({ ctx, input }) => submitContribution(ctx, input)),
  sentBack: signedInProcedure
    .input(ContributionId)
    .query(({ ctx, input }) => listSentBack(ctx, input.contributionId)),
  resubmitRow: signedInProcedure
    .input(ResubmitRowInput)
    .mutation(({ ctx, input }) => resubmitRow(ctx, input)),
  discard: signedInProcedure
    .input(ContributionId)
    .mutation(({ ctx, input }) => discardContribution(ctx, input)),
});

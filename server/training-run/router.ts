import { listEvaluationItems } from "@/server/evaluation/queries";
import { EvaluationItemsInput } from "@/server/evaluation/schemas";
import { getInfluence } from "@/server/influence/queries";
import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { cancelTrainingRun } from "./cancel";
import { createTrainingRun } from "./create";
import { getTrainingOptions } from "./options";
import { prepareRunCommit } from "./prepare-commit";
import { getCurve, getRun, listRunEvents, listRunMessages, listRuns } from "./queries";
import {
  CreateTrainingRunInput,
  ListRunsInput,
  RunEventsInput,
  RunId,
  TrainingOptionsInput,
} from "./schemas";

export const trainingRunRouter = router({
  list: publicProcedure.input(ListRunsInput).query(({ ctx, input }) => listRuns(ctx, input)),
  get: publicProcedure.input(RunId).query(({ ctx, input }) => getRun(ctx, input.runId)),
  events: publicProcedure.input(RunEventsInput).query(({ ctx, input }) => listRunEvents(ctx, input)),
  messages: publicProcedure.input(RunId).query(({ ctx, input }) => listRunMessages(ctx, input.runId)),
  curve: publicProcedure.input(RunId).query(({ ctx, input }) => getCurve(ctx, input.runId)),
  items: publicProcedure
    .input(EvaluationItemsInput)
    .query(({ ctx, input }) => listEvaluationItems(ctx, input)),
  influence: publicProcedure.input(RunId).query(({ ctx, input }) => getInfluence(ctx, input.runId)),
  options: publicProcedure
    .input(TrainingOptionsInput)
    .query(({ ctx, input }) => getTrainingOptions(ctx, input)),
  create: signedInProcedure
    .input(CreateTrainingRunInput)
    .mutation(({ ctx, input }) => createTrainingRun(ctx, input)),
  prepareCommit: signedInProcedure.input(RunId).mutation(({ ctx, input }) => prepareRunCommit(ctx, input)),
  cancel: signedInProcedure.input(RunId).mutation(({ ctx, input }) => cancelTrainingRun(ctx, input)),
});

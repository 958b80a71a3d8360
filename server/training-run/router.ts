import { MeasureInput } from "@/server/adapter/schemas";
import { getAbility } from "@/server/evaluation/ability";
import { listOwnItems } from "@/server/evaluation/own-items";
import { listEvaluationItems } from "@/server/evaluation/queries";
import { EvaluationItemsInput } from "@/server/evaluation/schemas";
import { getInfluence } from "@/server/influence/queries";
import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { cancelTrainingRun } from "./cancel";
import { compareRuns } from "./compare";
import { createTrainingRun } from "./create";
import { getEstimates } from "./estimates";
import { listJoinable } from "./joinable";
import { listRuns } from "./list-runs";
import { getMix } from "./mix";
import { getTrainingOptions } from "./options";
import { prepareRunCommit } from "./prepare-commit";
import { getPrevious } from "./previous";
import { getCurve, getRun, listRunEvents, listRunMessages } from "./queries";
import { listQueue } from "./queue";
import { listRemovals } from "./removals";
import {
  CompareRunsInput,
  CreateTrainingRunInput,
  EstimateInput,
  JoinableInput,
  ListRunsInput,
  MixInput,
  RunEventsInput,
  RunId,
  StartRemovalInput,
  TrainingOptionsInput,
} from "./schemas";
import { getSeedSpread } from "./seeds";
import { getShares } from "./shares";
import { startMeasureRun } from "./start-measure";
import { startRemovalCheck } from "./start-removal";
import { startTrace } from "./start-trace";
import { getTrace } from "./trace";

export const trainingRunRouter = router({
  list: publicProcedure.input(ListRunsInput).query(({ ctx, input }) => listRuns(ctx, input)),
  get: publicProcedure.input(RunId).query(({ ctx, input }) => getRun(ctx, input.runId)),
  events: publicProcedure.input(RunEventsInput).query(({ ctx, input }) => listRunEvents(ctx, input)),
  messages: publicProcedure.input(RunId).query(({ ctx, input }) => listRunMessages(ctx, input.runId)),
  curve: publicProcedure.input(RunId).query(({ ctx, input }) => getCurve(ctx, input.runId)),
  items: publicProcedure
    .input(EvaluationItemsInput)
    .query(({ ctx, input }) => listEvaluationItems(ctx, input)),
  ability: publicProcedure.input(RunId).query(({ ctx, input }) => getAbility(ctx, input.runId)),
  influence: publicProcedure.input(RunId).query(({ ctx, input }) => getInfluence(ctx, input.runId)),
  options: publicProcedure
    .input(TrainingOptionsInput)
    .query(({ ctx, input }) => getTrainingOptions(ctx, input)),
  queue: publicProcedure.query(({ ctx }) => listQueue(ctx)),
  estimates: publicProcedure.input(EstimateInput).query(({ ctx, input }) => getEstimates(ctx, input)),
  mix: publicProcedure.input(MixInput).query(({ ctx, input }) => getMix(ctx, input)),
  joinable: publicProcedure.input(JoinableInput).query(({ ctx, input }) => listJoinable(ctx, input)),
  compare: publicProcedure.input(CompareRunsInput).query(({ ctx, input }) => compareRuns(ctx, input)),
  previous: publicProcedure.input(RunId).query(({ ctx, input }) => getPrevious(ctx, input.runId)),
  seeds: publicProcedure.input(RunId).query(({ ctx, input }) => getSeedSpread(ctx, input.runId)),
  ownItems: publicProcedure.input(RunId).query(({ ctx, input }) => listOwnItems(ctx, input.runId)),
  removals: publicProcedure.input(RunId).query(({ ctx, input }) => listRemovals(ctx, input.runId)),
  trace: publicProcedure.input(RunId).query(({ ctx, input }) => getTrace(ctx, input.runId)),
  shares: publicProcedure.input(RunId).query(({ ctx, input }) => getShares(ctx, input.runId)),
  startTrace: signedInProcedure.input(RunId).mutation(({ ctx, input }) => startTrace(ctx, input)),
  startRemoval: signedInProcedure
    .input(StartRemovalInput)
    .mutation(({ ctx, input }) => startRemovalCheck(ctx, input)),
  create: signedInProcedure
    .input(CreateTrainingRunInput)
    .mutation(({ ctx, input }) => createTrainingRun(ctx, input)),
  prepareCommit: signedInProcedure.input(RunId).mutation(({ ctx, input }) => prepareRunCommit(ctx, input)),
  measure: signedInProcedure.input(MeasureInput).mutation(({ ctx, input }) => startMeasureRun(ctx, input)),
  cancel: signedInProcedure.input(RunId).mutation(({ ctx, input }) => cancelTrainingRun(ctx, input)),
});

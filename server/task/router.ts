import { publicProcedure, router, signedInProcedure } from "@/server/trpc";
import { createTask } from "./create";
import { getTask, listTasks } from "./queries";
import { CreateTaskInput, ListTasksInput, TaskId } from "./schemas";

export const taskRouter = router({
  list: publicProcedure.input(ListTasksInput).query(({ ctx, input }) => listTasks(ctx, input)),
  get: publicProcedure.input(TaskId).query(({ ctx, input }) => getTask(ctx, input)),
  create: signedInProcedure.input(CreateTaskInput).mutation(({ ctx, input }) => createTask(ctx, input)),
});

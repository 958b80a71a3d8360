import { z } from "zod";

const text = (max: number, empty: string) =>
  z
    .string()
    .trim()
    .min(1, empty)
    .max(max, `Keep it under ${max.toLocaleString("en")} characters`);

export const CreateTaskInput = z.strictObject({
  adapterId: z.uuid("This is not an adapter id"),
  datanetId: z.uuid("This is not a Datanet id"),
  prompt: text(4_000, "The question is missing"),
  wrongAnswer: z.string().trim().max(4_000),
  expected: text(4_000, "Say what the answer should have been"),
});
export type CreateTaskInput = z.input<typeof CreateTaskInput>;

export const ListTasksInput = z.strictObject({ datanetId: z.uuid("This is not a Datanet id") });
export const TaskId = z.strictObject({ taskId: z.uuid("This is not a task id") });

import type { z } from "zod";
import { RunnerError } from "./client";

/** A JSON artifact of the runner, checked: what is stored, shown or signed from it has the agreed form. */
export function readArtifact<T extends z.ZodType>(name: string, schema: T, content: Uint8Array): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(content).toString("utf8"));
  } catch {
    throw badArtifact(name, "it is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badArtifact(name, `the field ${parsed.error.issues[0]?.path.join(".") ?? ""} is not as agreed`);
}

export function badArtifact(name: string, reason: string): RunnerError {
  const message = `The training machine's file ${name} cannot be used: ${reason}.`;
  return new RunnerError(200, { code: "RUNNER_PROTOCOL", message, retryable: false });
}

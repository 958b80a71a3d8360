import { env } from "@/env";
import { createChat, type StreamChat } from "@/server/runner/chat";
import type { RunnerClient } from "@/server/runner/client";
import { webRunner } from "@/server/training-run/runner";

/** The machine that answers, as the web process asks it; its token stays here. */
export type ChatDeps = { runner: RunnerClient; chat: StreamChat };

export function webChat(): ChatDeps {
  const { RUNNER_URL, RUNNER_TOKEN } = env();
  return { runner: webRunner(), chat: createChat({ url: RUNNER_URL, token: RUNNER_TOKEN }) };
}

import { InferenceClient } from "@huggingface/inference";
import { RunnerError } from "./client";

export type ChatTurn = { role: "system" | "user" | "assistant"; content: string };
export type ChatRequest = { model: string; messages: ChatTurn[]; maxTokens: number };
/** `start` comes once the model is loaded and has the question; `end` last, with the tokens it wrote. */
export type ChatPiece =
  | { type: "start" }
  | { type: "text"; text: string }
  | { type: "end"; tokens: number; reason: "stop" | "length" };

/** An answer as the runner writes it. Aborting the signal ends the computation on the runner. */
export type StreamChat = (request: ChatRequest, signal: AbortSignal) => AsyncGenerator<ChatPiece>;

/**
 * The runner's OpenAI-compatible chat, through Hugging Face's client. Errors: RunnerError with OpenAI's code
 * (`model_not_found`, `rate_limit_exceeded`, `context_length_exceeded`, …), RUNNER_UNAVAILABLE when nobody answers;
 * an aborted signal throws its own reason.
 */
export function createChat(options: { url: string; token: string }): StreamChat {
  const client = new InferenceClient(options.token, {
    endpointUrl: `${options.url.replace(/\/$/, "")}/v1`,
    // Its own retry of a 503 has no pause and no end.
    retry_on_error: false,
  });
  return async function* streamChat({ model, messages, maxTokens }, signal) {
    try {
      const chunks = client.chatCompletionStream(
        {
          model,
          messages,
          max_tokens: maxTokens,
          temperature: 0,
          stream_options: { include_usage: true },
        },
        { signal },
      );
      let tokens = 0;
      let reason: "stop" | "length" = "stop";
      let isEnded = false;
      for await (const { choices, usage } of chunks) {
        const [choice] = choices;
        if (choice?.delta.role) yield { type: "start" };
        if (choice?.delta.content) yield { type: "text", text: choice.delta.content };
        if (choice?.finish_reason) isEnded = true;
        if (choice?.finish_reason === "length") reason = "length";
        if (usage) tokens = usage.completion_tokens;
      }
      if (!isEnded) throw away("the answer broke off");
      yield { type: "end", tokens, reason };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toRunnerError(error);
    }
  };
}

type Refusal = { status: number; body: { error?: { code?: string | null; message?: string } } };

function toRunnerError(error: unknown): RunnerError {
  if (error instanceof RunnerError) return error;
  const response = (error as { httpResponse?: Refusal }).httpResponse;
  if (!response) return away((error as Error).message);
  const { code, message } = response.body?.error ?? {};
  return new RunnerError(response.status, {
    code: code ?? "RUNNER_PROTOCOL",
    message: message ?? `The runner answered ${response.status} in an unknown form.`,
    retryable: response.status === 429 || response.status >= 500,
  });
}

const away = (reason: string) =>
  new RunnerError(0, {
    code: "RUNNER_UNAVAILABLE",
    message: `The runner did not answer (${reason}).`,
    retryable: true,
  });

import { AppError } from "@/server/errors";
import { RunnerError } from "@/server/runner/client";

const AGAIN = "Your message is kept. Send it again in a few seconds.";

/** What went wrong on the answering machine, in words for the person who asked; anything else passes as it is. */
export function toChatError(error: unknown): unknown {
  if (!(error instanceof RunnerError)) return error;
  const log = `${error.code}: ${error.message}`;
  switch (error.code) {
    case "RUNNER_UNAVAILABLE":
      return new AppError(
        "UNAVAILABLE",
        "RUNNER_AWAY",
        "The machine that answers is away.",
        "Your message is kept. It is most often back within a minute; send it again then.",
        log,
      );
    case "rate_limit_exceeded":
      return new AppError(
        "TOO_MANY_REQUESTS",
        "RUNNER_BUSY",
        "The machine that answers is busy with other people’s questions.",
        AGAIN,
      );
    case "context_length_exceeded":
      return new AppError(
        "UNPROCESSABLE",
        "MESSAGE_TOO_LONG",
        "This is longer than what the model can read at once.",
        "Shorten the message, or let it be answered without the earlier ones.",
      );
    case "out_of_memory":
      return new AppError(
        "UNAVAILABLE",
        "RUNNER_MEMORY",
        "The model does not fit into the machine’s memory just now.",
        "Your message is kept. Send it again when the training runs under way are over.",
        log,
      );
    case "engine_restarted":
      return new AppError(
        "UNAVAILABLE",
        "ANSWER_LOST",
        "The answering program ended in the middle, most often for lack of memory.",
        "It starts again by itself. Send your message again.",
        log,
      );
    case "model_not_found":
    case "BASE_UNKNOWN":
    case "NOT_FOUND":
      return new AppError(
        "UNAVAILABLE",
        "MODEL_MISSING",
        "The machine that answers does not have this adapter’s base model.",
        "Tell the operator: the base was removed or replaced after the adapter was trained.",
        log,
      );
    default:
      return new AppError(
        "UNAVAILABLE",
        "ANSWER_FAILED",
        "The answer could not be computed.",
        `${AGAIN} If it happens again, report it with the request id.`,
        log,
      );
  }
}

export const tookTooLong = (seconds: number) =>
  new AppError(
    "UNAVAILABLE",
    "ANSWER_SLOW",
    `The answer took longer than ${seconds} seconds and was stopped.`,
    "The machine is busy, most often with a training run. Send the message again later.",
  );

export const tooManyAtOnce = (most: number) =>
  new AppError(
    "TOO_MANY_REQUESTS",
    "ANSWERS_AT_ONCE",
    `${most} answers to you are being written already.`,
    "Wait until one of them ends, or stop it.",
  );

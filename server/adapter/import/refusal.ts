import { AppError, type ErrorKind } from "@/server/errors";

/** A file that is not taken: a code, what is wrong with it, and what to do. */
export const refusal = (code: string, message: string, fix: string, kind: ErrorKind = "UNPROCESSABLE") =>
  new AppError(kind, code, message, fix);

export const headerRefusal = (reason: string) =>
  refusal(
    "SAFETENSORS_HEADER",
    `adapter_model.safetensors cannot be read: ${reason}.`,
    "Save the adapter again with PEFT's save_pretrained, and choose the new file.",
  );

export const shapeRefusal = (what: string) =>
  refusal(
    "ADAPTER_SHAPE",
    `The adapter does not fit the base model: ${what}.`,
    "Choose the base model it was trained on; its adapter_config.json names it.",
  );

/** A name from a file as it may be shown: short, and without what cannot be seen. */
export const shown = (name: string): string =>
  `“${name.replace(/[^\x20-\x7e]/g, "?").slice(0, 120)}${name.length > 120 ? "…" : ""}”`;

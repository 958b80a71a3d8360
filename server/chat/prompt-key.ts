import { createHash } from "node:crypto";

/** SHA-256 by which two prompts are the same question: without regard to case, spaces and Unicode form. */
export const promptKey = (prompt: string): string =>
  createHash("sha256")
    .update(prompt.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase())
    .digest("hex");

import { z } from "zod";
import { TRANSACTION_PURPOSES } from "@/db/schema/chain.constants";

const TransactionHash = z.string().regex(/^0x[0-9a-fA-F]{64}$/, "This is not a transaction hash");

export const SubmittedInput = z.strictObject({
  hash: TransactionHash,
  purpose: z.enum(TRANSACTION_PURPOSES),
  subjectId: z.uuid(),
});
export const TransactionInput = z.strictObject({ hash: TransactionHash });

import { z } from "zod";

export const SignInInput = z.strictObject({
  message: z.string().min(1).max(2_000),
  signature: z.string().min(4).max(16_500),
});
/** A message signed by the address that is to be linked. */
export const LinkAddressInput = SignInInput;
/** What an address signs to be linked to an account; it names the account, so that it links to no other. */
export const linkStatement = (address: string) =>
  `Link this address to the ModelFactory account ${address.toLowerCase()}: both are the same person.`;
export const SetNameInput = z.strictObject({
  name: z.string().trim().min(2, "Use at least 2 characters").max(40, "Use at most 40 characters"),
});
export const RevokeSessionInput = z.strictObject({ sessionId: z.string().regex(/^[0-9a-f]{16}$/) });

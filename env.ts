import { z } from "zod";

/** The only reader of process.env in the app: a wrong value stops the start with a sentence naming the variable. */
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be a 0x address of 40 hex digits");
const key = z.string().regex(/^0x[0-9a-fA-F]{64}$/, "must be a 0x key of 64 hex digits");
const secret = z.string().min(32, "must have at least 32 characters");

const Env = z.object({
  NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// address"),
  DATA_DIR: z.string().default(".data"),
  APP_INSTANCE: z.string().optional(),
  APP_ORIGIN: z.url().default("http://127.0.0.1:3000"),
  RUNNER_URL: z.url(),
  RUNNER_TOKEN: z.string().min(16, "must have at least 16 characters"),
  CHAIN_ID: z.coerce.number().int().positive().default(31337),
  CHAIN_NAME: z.string().default("Local chain"),
  CHAIN_RPC_URL: z.url(),
  CHAIN_PUBLIC_RPC_URL: z.url().optional(),
  FAUCET_KEY: key.optional(),
  ATTESTOR_KEY: key,
  DATANET_REGISTRY: address,
  ADAPTER_REGISTRY: address,
  ACCESS_MANAGER: address,
  CURSOR_SECRET: secret,
  SPLIT_SECRET: secret,
  UPLOAD_MAX_BYTES: z.coerce.number().int().positive().default(2_000_000_000),
  /** All files of one account together, in bytes. */
  STORAGE_QUOTA_BYTES: z.coerce.number().int().positive().default(20_000_000_000),
  /** The bundled reader that files are checked in, as a child; from the folder that the app is started in. */
  PARSE_CHILD: z.string().default(".build/parse-child.mjs"),
  CLAIM_TTL_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(30 * 60_000),
  /** A transaction that no node has known for this long was dropped. */
  CHAIN_DROPPED_AFTER_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(5 * 60_000),
  WALLETCONNECT_PROJECT_ID: z.string().optional(),
  /** Samples are seeded on a local chain only, and not with SEED=off. */
  SEED: z.enum(["on", "off"]).default("on"),
  /** An OpenAI-compatible endpoint that judges style beside the people; it is sent test questions and answers. */
  JUDGE_URL: z.url().optional(),
  JUDGE_MODEL: z.string().min(1).optional(),
  JUDGE_KEY: z.string().optional(),
  LOCAL_WALLET: z.enum(["0", "1"]).default("0"),
});

export type Env = z.infer<typeof Env>;

export function parseEnv(source: Record<string, string | undefined>): Env {
  const parsed = Env.safeParse(source);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => {
    const name = issue.path.join(".");
    return source[name] === undefined
      ? `${name} is not set. Set it in the environment or start with "npm start".`
      : `${name} is wrong: ${issue.message}.`;
  });
  throw new Error(`The environment is not usable.\n${sentences.map((s) => `  ${s}`).join("\n")}`);
}

let cached: Env | undefined;

/** Read lazily so that `next build`, which needs no database, can run without one. */
export function env(): Env {
  cached ??= parseEnv(process.env);
  return cached;
}

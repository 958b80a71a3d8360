import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { z } from "zod";
import type { Goal } from "@/db/schema/datanet.constants";
import type { components } from "./schema.gen";
import { createTransport, ErrorBody, RunnerError } from "./transport";

export { RunnerError, type RunnerErrorBody } from "./transport";

/** The only caller of the sidecar. Wire names are snake_case and are converted here, once. */

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const Preset = z
  .object({
    learning_rate: z.number().positive(),
    epochs: z.int().positive(),
    batch_size: z.int().positive(),
    rank: z.int().positive(),
    alpha: z.int().positive(),
    max_length: z.int().positive(),
    warmup_ratio: z.number().min(0).max(1),
    gradient_clip: z.number().positive(),
    // A runner of an earlier version trains with AdamW's usual one and does not say so.
    adam_eps: z.number().positive().default(1e-8),
    patience: z.int().positive().nullable(),
    learning_rates: z.array(z.number().positive()).nullable(),
  })
  .transform((p) => ({
    learningRate: p.learning_rate,
    epochs: p.epochs,
    batchSize: p.batch_size,
    rank: p.rank,
    alpha: p.alpha,
    maxLength: p.max_length,
    warmupRatio: p.warmup_ratio,
    gradientClip: p.gradient_clip,
    adamEps: p.adam_eps,
    patience: p.patience,
    learningRates: p.learning_rates,
  }));
export type RunnerPreset = z.output<typeof Preset>;

const Base = z
  .object({
    id: z.string(),
    name: z.string(),
    revision: z.string(),
    licence: z.string(),
    notice: z.string(),
    parameters: z.int(),
    context_length: z.int(),
    base_hash: Sha256,
    files: z.record(z.string(), Sha256),
    template_sha256: Sha256,
    presets: z.object({ quick: Preset, balanced: Preset, thorough: Preset }),
    is_default: z.boolean(),
    available: z.boolean(),
    unavailable_reason: z.string().nullable(),
    memory: z
      .object({ training_bytes: z.number(), influence_bytes: z.number() })
      .transform((m) => ({ trainingBytes: m.training_bytes, influenceBytes: m.influence_bytes })),
    fit: z
      .object({
        verdict: z.enum(["fits", "tight", "does_not_fit"]),
        needed_bytes: z.number(),
        available_bytes: z.number(),
      })
      .transform((f) => ({
        verdict: f.verdict,
        neededBytes: f.needed_bytes,
        availableBytes: f.available_bytes,
      })),
  })
  .transform(
    ({ context_length, base_hash, template_sha256, is_default, available, unavailable_reason, ...rest }) => ({
      ...rest,
      contextLength: context_length,
      baseHash: base_hash,
      templateSha256: template_sha256,
      isDefault: is_default,
      isAvailable: available,
      unavailableReason: unavailable_reason,
    }),
  );
export type RunnerBase = z.output<typeof Base>;

const LinearShapes = z.record(z.string().max(300), z.tuple([z.int().positive(), z.int().positive()]));

const RunState = z
  .object({
    id: z.string(),
    recipe: z.string(),
    status: z.enum(["queued", "running", "succeeded", "failed", "cancelled"]),
    attempt: z.int(),
    seq: z.int(),
    /** 1 for the next in line, null for a run that does not wait. */
    position: z.int().nullable(),
    progress: z
      .object({ done: z.number(), total: z.number(), unit: z.string(), eta_seconds: z.number().nullable() })
      .transform(({ eta_seconds, ...rest }) => ({ ...rest, etaSeconds: eta_seconds }))
      .nullable(),
    error: ErrorBody.nullable(),
    artifacts: z.record(z.string(), Sha256),
    manifest_sha256: Sha256.nullable(),
    created_at: z.string(),
    finished_at: z.string().nullable(),
  })
  .transform(({ manifest_sha256, created_at, finished_at, ...rest }) => ({
    ...rest,
    manifestSha256: manifest_sha256,
    createdAt: created_at,
    finishedAt: finished_at,
  }));
export type RunnerRun = z.output<typeof RunState>;

const RunnerEvent = z
  .object({
    seq: z.int().positive(),
    attempt: z.int().positive(),
    created_at: z.string(),
    level: z.enum(["info", "warn", "error"]),
    type: z.enum(["message", "metrics", "progress", "checkpoint"]),
    message: z.string().max(10_000),
    data: z.record(z.string(), z.unknown()),
  })
  .transform(({ created_at, ...rest }) => ({ ...rest, createdAt: created_at }));
export type RunnerEvent = z.output<typeof RunnerEvent>;

const EventPage = z
  .object({ events: z.array(RunnerEvent), last_seq: z.int().min(0) })
  .transform(({ events, last_seq }) => ({ events, lastSeq: last_seq }));

const Rendered = z
  .object({
    text: z.string(),
    tokens: z.int(),
    answer_tokens: z.int(),
    truncated: z.boolean(),
    segments: z.array(z.object({ role: z.string(), text: z.string(), trained: z.boolean() })),
  })
  .transform(({ answer_tokens, ...rest }) => ({ ...rest, answerTokens: answer_tokens }));
export type RenderedRow = z.output<typeof Rendered>;

export type RenderRequest = {
  base: string;
  goal: Goal;
  labels: string[];
  fields?: string[];
  instruction?: string;
  rows: { prompt: string; answer: string; system: string }[];
};

/** Weights that the runner may be asked by name, as `PUT /adapters/{sha256}` takes them. */
export type AdapterRef = Wire["AdapterRef"];

const AdapterModel = z
  .object({ model: z.string(), base_model: z.string(), instruction: z.string() })
  .transform(({ base_model, ...rest }) => ({ ...rest, baseModel: base_model }));
export type AdapterModel = z.output<typeof AdapterModel>;

/** A run as the runner's schemas state it; `config` and `inputs` are already in wire names. */
export type RunnerSpec = {
  recipe:
    | "lora_sft"
    | "dry_run"
    | "evaluate"
    | "ability"
    | "influence"
    | "replay"
    | "test_loss"
    | "generate"
    | "export";
  config: Record<string, unknown>;
  inputs: Record<string, string>;
};

const Machine = z
  .object({
    device: z.string(),
    name: z.string(),
    cores: z.int(),
    memory_bytes: z.number(),
    // A runner of an earlier version says neither.
    run_memory_bytes: z.number().nullable().default(null),
    threads: z.int(),
    gpu_memory_bytes: z.number().nullable(),
    disk_free_bytes: z.number(),
    has_bf16: z.boolean(),
    four_bit_missing: z.enum(["cuda", "bitsandbytes"]).nullable().default("bitsandbytes"),
  })
  .transform((machine) => ({
    device: machine.device,
    name: machine.name,
    cores: machine.cores,
    threads: machine.threads,
    memoryBytes: machine.memory_bytes,
    runMemoryBytes: machine.run_memory_bytes,
    gpuMemoryBytes: machine.gpu_memory_bytes,
    diskFreeBytes: machine.disk_free_bytes,
    hasBf16: machine.has_bf16,
    fourBitMissing: machine.four_bit_missing,
  }));
export type RunnerMachine = z.output<typeof Machine>;

/**
 * Compile-time only: what the runner's contract says it sends must be what the schemas above read. A change of
 * openapi.json that they do not follow fails the type check here.
 */
type Wire = components["schemas"];
type Reads<Schema extends z.ZodType, Sent extends z.input<Schema>> = [Schema, Sent];
export type ContractCheck = [
  Reads<typeof ErrorBody, Wire["ErrorBody"]>,
  Reads<typeof Base, Wire["Base"]>,
  Reads<typeof RunState, Wire["RunState"]>,
  Reads<typeof EventPage, Wire["EventPage"]>,
  Reads<typeof Rendered, Wire["RenderedRow"]>,
  Reads<typeof Machine, Wire["Machine"]>,
  Reads<typeof AdapterModel, Wire["AdapterModel"]>,
];

export interface RunnerClient {
  health(): Promise<boolean>;
  machine(): Promise<RunnerMachine>;
  bases(): Promise<RunnerBase[]>;
  /** [outputs, inputs] of every linear layer of a base, by module name. */
  linearShapes(baseId: string): Promise<Record<string, [number, number]>>;
  render(request: RenderRequest): Promise<RenderedRow[]>;
  hasBlob(sha256: string): Promise<boolean>;
  putBlob(sha256: string, content: Uint8Array): Promise<void>;
  /** Re-hashed on arrival: a runner cannot pass off other bytes. */
  getBlob(sha256: string): Promise<Buffer>;
  /** As a stream, for files that are too large to hold; whoever stores it compares the hash. */
  openBlob(sha256: string): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Idempotent: the same id and spec return the run as it is; another spec is refused. Runs that wait are started in
   * the order of `due`, seconds since 1970; without one, when they came.
   */
  putRun(id: string, spec: RunnerSpec, due?: number): Promise<RunnerRun>;
  /** Null when the runner does not know the run. */
  getRun(id: string): Promise<RunnerRun | null>;
  events(id: string, after: number, limit?: number): Promise<{ events: RunnerEvent[]; lastSeq: number }>;
  cancel(id: string): Promise<RunnerRun>;
  /** Idempotent: lets stored weights be asked as `model`. `instruction` is what they were trained to be told first. */
  putAdapter(sha256: string, adapter: AdapterRef): Promise<AdapterModel>;
}

const BLOB_TIMEOUT_MS = 60_000;
/** The first of them after its start makes the runner read its model code, for many seconds beside a training. */
const ADAPTER_TIMEOUT_MS = 60_000;
const STREAM_TIMEOUT_MS = 15 * 60_000;

export function createRunnerClient(options: { url: string; token: string }): RunnerClient {
  const { send, ok, json } = createTransport(options);
  const runPath = (id: string) => `/runs/${encodeURIComponent(id)}`;

  return {
    health: async () => (await send("GET", "/health").catch(() => null))?.ok ?? false,
    machine: () => json(Machine, "GET", "/machine"),
    bases: () => json(z.array(Base), "GET", "/bases"),
    linearShapes: (baseId) => json(LinearShapes, "GET", `/bases/${encodeURIComponent(baseId)}/linear-shapes`),
    render: (request) => json(z.array(Rendered), "POST", "/render", request),
    hasBlob: async (sha256) => (await send("HEAD", `/blobs/${sha256}`)).ok,
    putBlob: async (sha256, content) => {
      await ok(await send("PUT", `/blobs/${sha256}`, content, BLOB_TIMEOUT_MS));
    },
    getBlob: async (sha256) => {
      const response = await ok(await send("GET", `/blobs/${sha256}`, undefined, BLOB_TIMEOUT_MS));
      const content = Buffer.from(await response.arrayBuffer());
      if (createHash("sha256").update(content).digest("hex") !== sha256) {
        const message = "A file from the runner does not have the hash it was asked by.";
        throw new RunnerError(response.status, { code: "BLOB_HASH", message, retryable: false });
      }
      return content;
    },
    openBlob: async (sha256) => {
      const response = await ok(await send("GET", `/blobs/${sha256}`, undefined, STREAM_TIMEOUT_MS));
      return Readable.fromWeb(response.body as NodeStream<Uint8Array>);
    },
    putRun: (id, spec, due) =>
      json(RunState, "PUT", `${runPath(id)}${due === undefined ? "" : `?due=${due}`}`, spec),
    getRun: async (id) => {
      try {
        return await json(RunState, "GET", runPath(id));
      } catch (error) {
        if (error instanceof RunnerError && error.status === 404) return null;
        throw error;
      }
    },
    events: (id, after, limit = 500) =>
      json(EventPage, "GET", `${runPath(id)}/events?after=${after}&limit=${limit}`),
    cancel: (id) => json(RunState, "POST", `${runPath(id)}/cancel`),
    putAdapter: (sha256, adapter) =>
      json(AdapterModel, "PUT", `/adapters/${sha256}`, adapter, ADAPTER_TIMEOUT_MS),
  };
}

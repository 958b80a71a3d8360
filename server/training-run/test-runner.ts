import { createHash } from "node:crypto";
import {
  type AdapterRef,
  type RunnerClient,
  RunnerError,
  type RunnerEvent,
  type RunnerRun,
  type RunnerSpec,
} from "@/server/runner/client";

const sha256 = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");

/** A runner's memory without its work: the test says how far each run is and what it made. */
export class MemoryRunner implements RunnerClient {
  readonly blobs = new Map<string, Buffer>();
  readonly runs = new Map<string, RunnerRun & { spec: RunnerSpec; events: RunnerEvent[] }>();
  /** When set, every call fails with it. */
  away: RunnerError | null = null;
  calls: string[] = [];
  /** What a base in four bits lacks on its machine. */
  fourBitMissing: "cuda" | "bitsandbytes" | null = "cuda";
  /** When each run was due, as it was put first. */
  readonly due = new Map<string, number | undefined>();

  private call(name: string): void {
    this.calls.push(name);
    if (this.away) throw this.away;
  }

  store(content: Uint8Array | string): string {
    const hash = sha256(content);
    this.blobs.set(hash, Buffer.from(content));
    return hash;
  }

  /** Moves a run: its state and, when given, the content of its artifacts and its new events. */
  set(
    id: string,
    status: RunnerRun["status"],
    artifacts: Record<string, string> = {},
    events: unknown[] = [],
  ): void {
    const run = this.runs.get(id)!;
    run.status = status;
    if (status !== "queued") run.position = null;
    for (const [name, content] of Object.entries(artifacts)) run.artifacts[name] = this.store(content);
    for (const data of events) {
      run.events.push({
        seq: run.events.length + 1,
        attempt: 1,
        createdAt: new Date(1_700_000_000_000 + run.events.length * 1000).toISOString(),
        level: "info",
        type: "metrics",
        message: "",
        data: data as Record<string, unknown>,
      });
    }
    run.seq = run.events.length;
    if (status !== "queued" && status !== "running")
      run.finishedAt = new Date(1_700_000_060_000).toISOString();
  }

  fail(id: string, code: string, message: string): void {
    this.set(id, "failed");
    this.runs.get(id)!.error = { code, message, retryable: false };
  }

  async health() {
    return !this.away;
  }
  async machine() {
    this.call("machine");
    return {
      device: this.fourBitMissing === "cuda" ? "cpu" : "cuda",
      name: "Test CPU",
      cores: 2,
      memoryBytes: 8e9,
      runMemoryBytes: null,
      threads: 1,
      gpuMemoryBytes: null,
      diskFreeBytes: 5e10,
      hasBf16: true,
      fourBitMissing: this.fourBitMissing,
    };
  }
  async bases() {
    this.call("bases");
    const preset = {
      learningRate: 0.005,
      epochs: 3,
      batchSize: 16,
      rank: 8,
      alpha: 16,
      maxLength: 128,
      warmupRatio: 0.06,
      gradientClip: 1,
      adamEps: 1e-8,
      patience: null,
      learningRates: null,
    };
    const longer = { ...preset, learningRate: 0.002, epochs: 8 };
    return [
      {
        id: "tiny",
        name: "Tiny",
        revision: "1",
        licence: "Apache-2.0",
        notice: "",
        parameters: 2_410_000,
        contextLength: 256,
        baseHash: "ba".repeat(32),
        files: {},
        templateSha256: "7e".repeat(32),
        presets: { quick: preset, balanced: longer, thorough: { ...longer, epochs: 16 } },
        isDefault: true,
        isAvailable: true,
        unavailableReason: null,
        memory: { trainingBytes: 7e8, influenceBytes: 9e8 },
        fit: { verdict: "fits" as const, neededBytes: 7e8, availableBytes: 7e9 },
      },
    ];
  }
  async linearShapes(): Promise<Record<string, [number, number]>> {
    this.call("linearShapes");
    return { "model.layers.0.self_attn.q_proj": [8, 4], "model.layers.0.mlp.up_proj": [6, 4] };
  }
  async render() {
    return [];
  }
  async hasBlob(hash: string) {
    this.call("hasBlob");
    return this.blobs.has(hash);
  }
  async putBlob(hash: string, content: Uint8Array) {
    this.call("putBlob");
    if (sha256(content) !== hash) throw new Error("blob and hash differ");
    this.blobs.set(hash, Buffer.from(content));
  }
  async getBlob(hash: string) {
    this.call("getBlob");
    const blob = this.blobs.get(hash);
    if (!blob) throw new RunnerError(404, { code: "BLOB_MISSING", message: "missing", retryable: true });
    return blob;
  }
  async openBlob(hash: string) {
    const blob = await this.getBlob(hash);
    return (async function* () {
      yield blob;
    })();
  }
  async putRun(id: string, spec: RunnerSpec, due?: number) {
    this.call("putRun");
    if (!this.due.has(id)) this.due.set(id, due);
    const known = this.runs.get(id);
    if (known && JSON.stringify(known.spec) !== JSON.stringify(spec)) {
      throw new RunnerError(409, { code: "RUN_SPEC_DIFFERS", message: "another spec", retryable: false });
    }
    for (const hash of Object.values(spec.inputs))
      if (!this.blobs.has(hash)) throw new Error(`input ${hash} missing`);
    if (!known) {
      this.runs.set(id, {
        id,
        recipe: spec.recipe,
        status: "queued",
        attempt: 1,
        seq: 0,
        position: 1,
        progress: null,
        error: null,
        artifacts: {},
        manifestSha256: null,
        createdAt: new Date(1_700_000_000_000).toISOString(),
        finishedAt: null,
        spec,
        events: [],
      });
    }
    return this.runs.get(id)!;
  }
  async getRun(id: string) {
    this.call("getRun");
    return this.runs.get(id) ?? null;
  }
  async events(id: string, after: number, limit = 500) {
    this.call("events");
    const { events } = this.runs.get(id)!;
    return { events: events.filter((event) => event.seq > after).slice(0, limit), lastSeq: events.length };
  }
  async putAdapter(sha: string, { base, adapter_config }: AdapterRef) {
    this.call("putAdapter");
    for (const hash of [sha, adapter_config])
      if (!this.blobs.has(hash))
        throw new RunnerError(404, { code: "BLOB_MISSING", message: "missing", retryable: true });
    return { model: `adapter:${sha}`, baseModel: `base:${base}`, instruction: "Answer." };
  }
  async cancel(id: string) {
    this.call("cancel");
    return this.runs.get(id)!;
  }
}

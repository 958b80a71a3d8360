import { IMPORT_LIMITS } from "./limits";
import { refusal, shown } from "./refusal";

/** What an adapter_config.json says, as far as it is followed. */
export type AdapterConfig = {
  rank: number;
  alpha: number;
  /** Last parts of module names: "q_proj". Null for every linear layer. */
  modules: string[] | null;
  statedBase: string;
};

/** They change nothing of the arithmetic of a trained adapter: any short value. */
const HARMLESS = new Set([
  "base_model_name_or_path",
  "peft_version",
  "revision",
  "inference_mode",
  "lora_dropout",
  "task_type",
  "megatron_core",
  "qalora_group_size",
  "ensure_weight_tying",
  "runtime_config",
]);
const READ = new Set(["peft_type", "r", "lora_alpha", "target_modules", "bias", "init_lora_weights"]);
const INITS = new Set<unknown>([true, false, "gaussian", undefined, null]);
const MOST_MODULES = 64;

/**
 * Plain LoRA only: any other setting that is on changes what the weights mean, and is refused by name.
 * Errors: CONFIG_FORBIDDEN, CONFIG_FORMAT, ADAPTER_SHAPE.
 */
export function readConfig(content: Uint8Array): AdapterConfig {
  const config = parse(content);
  for (const [key, value] of Object.entries(config)) {
    if (["auto_map", "auto_mapping", "custom_pipelines", "trust_remote_code"].includes(key) && isOn(value))
      throw forbidden(key, "it would run code from elsewhere");
    if (!READ.has(key) && !HARMLESS.has(key) && isOn(value))
      throw forbidden(key, "only plain LoRA is read, and this setting changes it or is not known here");
  }
  if (config.peft_type !== "LORA") throw forbidden("peft_type", "only LORA is read");
  if (isOn(config.bias) && config.bias !== "none") throw forbidden("bias", "only “none” is read");
  if (!INITS.has(config.init_lora_weights))
    throw forbidden("init_lora_weights", "this way of starting also changes the base model");
  const statedBase = config.base_model_name_or_path ?? "";
  if (typeof statedBase !== "string" || statedBase.length > 300)
    throw forbidden("base_model_name_or_path", "it is not a short name");
  if (/^[a-z][a-z0-9+.-]*:|^\\\\|^\/\//i.test(statedBase))
    throw forbidden("base_model_name_or_path", "it names a place to fetch from; nothing is ever fetched");
  return {
    rank: whole(config.r, "r", IMPORT_LIMITS.rank),
    alpha: whole(config.lora_alpha, "lora_alpha", IMPORT_LIMITS.alpha),
    modules: modulesOf(config.target_modules),
    statedBase,
  };
}

function parse(content: Uint8Array): Record<string, unknown> {
  if (content.length > IMPORT_LIMITS.configBytes)
    throw format(`it has ${content.length} bytes, and ${IMPORT_LIMITS.configBytes} are allowed`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch {
    throw format("it is not JSON in UTF-8");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw format("it is not an object");
  return value as Record<string, unknown>;
}

/** Off is null, false, "", 0, [] and {}: how PEFT writes a setting that was not used. */
const isOn = (value: unknown): boolean =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value);

function whole(value: unknown, key: string, most: number): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  throw refusal(
    "ADAPTER_SHAPE",
    `adapter_config.json has the value ${shown(JSON.stringify(value) ?? "nothing")} for ${key}; whole numbers from 1 to ${most} are read.`,
    "Bring in an adapter of a smaller rank.",
  );
}

function modulesOf(value: unknown): string[] | null {
  if (value === "all-linear") return null;
  const isList = Array.isArray(value) && value.length > 0 && value.length <= MOST_MODULES;
  if (!isList || !value.every((name) => typeof name === "string" && /^[A-Za-z0-9_.]{1,200}$/.test(name)))
    throw forbidden("target_modules", "a list of module names, or “all-linear”, is read; not a pattern");
  return [...(value as string[])].sort();
}

const forbidden = (key: string, why: string) =>
  refusal(
    "CONFIG_FORBIDDEN",
    `adapter_config.json sets ${shown(key)}: ${why}.`,
    "Train or save the adapter as plain LoRA, and bring in the new files.",
  );

const format = (reason: string) =>
  refusal(
    "CONFIG_FORMAT",
    `adapter_config.json cannot be read: ${reason}.`,
    "Choose the adapter_config.json that PEFT wrote beside the weights.",
  );

/** What an adapter made elsewhere may be. Bytes, unless the name says otherwise; each refusal names its limit. */
export const IMPORT_LIMITS = {
  /** Both files together, as sent. */
  uploadBytes: 512_000_000,
  configBytes: 65_536,
  headerBytes: 1_000_000,
  tensors: 10_000,
  rank: 64,
  alpha: 256,
  zipEntries: 64,
} as const;

export const WEIGHTS = "adapter_model.safetensors";
export const CONFIG = "adapter_config.json";

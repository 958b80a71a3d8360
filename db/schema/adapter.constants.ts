/** trained here, or made elsewhere and brought in: then nothing is known of its training data. */
export const ADAPTER_ORIGINS = ["trained", "imported"] as const;
export type AdapterOrigin = (typeof ADAPTER_ORIGINS)[number];

/** merged: base and adapter as one safetensors folder. gguf: the same as one file for llama.cpp and Ollama. */
export const EXPORT_FORMATS = ["merged", "gguf"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** `ready` means: read back and re-tested. A failed one may be asked for again. */
export const EXPORT_STATUSES = ["working", "ready", "failed"] as const;
export type ExportStatus = (typeof EXPORT_STATUSES)[number];
export const EXPORT_TRANSITIONS: Record<ExportStatus, readonly ExportStatus[]> = {
  working: ["ready", "failed"],
  ready: [],
  failed: ["working"],
};

/** What a list of adapters may be ordered by: the columns of its tables. */
export const ADAPTER_SORTS = ["name", "verdict", "datanet", "base", "by", "publication", "at"] as const;

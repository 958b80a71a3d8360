import { sha256Hex } from "@/server/chain/hash";
import type { SampleKey } from "./catalogue";

/**
 * Ids of a sample's things are the same on every installation, because the files that a run reads and writes name
 * rows and contributors by id: only then do the shipped hashes hold. Version 8 UUIDs, the form for custom content.
 */
export function sampleId(sample: SampleKey, kind: string, name: string): string {
  const hex = sha256Hex(`modelfactory.sample/1\n${sample}\n${kind}\n${name}`);
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

export const sampleIds = (sample: SampleKey) => ({
  datanet: sampleId(sample, "datanet", ""),
  account: (name: string) => sampleId(sample, "account", name),
  contribution: (contributor: string) => sampleId(sample, "contribution", contributor),
  record: (contributor: string, row: number) => sampleId(sample, "record", `${contributor}:${row}`),
  run: sampleId(sample, "run", ""),
  adapter: sampleId(sample, "adapter", ""),
  publication: sampleId(sample, "publication", ""),
});

/**
 * What stands for a row's leaf where a sample is split and its rows are ordered. Real leaves hold the contributor's
 * address, and sample accounts have other keys on every installation.
 */
export const sampleSplitLeaf = (recordId: string) => sha256Hex(`modelfactory.sample.leaf/1\n${recordId}`);

/** Public rows need no secret salt; a fixed one can be recomputed. */
export const sampleSalt = (recordId: string) => sha256Hex(`modelfactory.sample.salt/1\n${recordId}`);

import { z } from "zod";
import { wrongHeader } from "./problems";

export const TUS_VERSION = "1.0.0";
export const TUS_EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum";
export const CHECKSUM_ALGORITHMS = ["sha1", "sha256", "md5"] as const;
export type Checksum = { algorithm: (typeof CHECKSUM_ALGORITHMS)[number]; digest: Buffer };

const DIGITS = /^\d{1,15}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A header that counts bytes; null where it is not sent. Error: INPUT_INVALID. */
export function readBytes(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  if (text === null) return null;
  if (!DIGITS.test(text)) throw wrongHeader(name, "a number of bytes");
  return Number(text);
}

export function requireBytes(headers: Headers, name: string): number {
  const bytes = readBytes(headers, name);
  if (bytes === null) throw wrongHeader(name, "a number of bytes");
  return bytes;
}

/** `Upload-Checksum: sha256 BASE64`; null where it is not sent. Error: INPUT_INVALID, also for an algorithm not offered. */
export function readChecksum(headers: Headers): Checksum | null {
  const text = headers.get("upload-checksum");
  if (text === null) return null;
  const [name, value, ...rest] = text.split(" ");
  const algorithm = CHECKSUM_ALGORITHMS.find((each) => each === name);
  if (!algorithm || !value || rest.length > 0 || !BASE64.test(value))
    throw wrongHeader("Upload-Checksum", `one of ${CHECKSUM_ALGORITHMS.join(", ")}, a space, base64`);
  return { algorithm, digest: Buffer.from(value, "base64") };
}

export type Metadata = { fileName: string | null; datanetId: string; taskId: string | null };

/** `Upload-Metadata: filename BASE64,datanetId BASE64,taskId BASE64`, the last one optional. Error: INPUT_INVALID. */
export function readMetadata(headers: Headers): Metadata {
  const values = new Map<string, string>();
  for (const pair of (headers.get("upload-metadata") ?? "").split(",")) {
    const [key, value = "", ...rest] = pair.trim().split(" ");
    if (!key) continue;
    if (rest.length > 0 || values.has(key) || !BASE64.test(value))
      throw wrongHeader("Upload-Metadata", "pairs of a key and base64, parted by commas");
    values.set(key, Buffer.from(value, "base64").toString("utf8"));
  }
  const datanetId = z.uuid().safeParse(values.get("datanetId"));
  const taskId = z.uuid().optional().safeParse(values.get("taskId"));
  if (!datanetId.success) throw wrongHeader("Upload-Metadata", "datanetId, the Datanet's id in base64");
  if (!taskId.success) throw wrongHeader("Upload-Metadata", "taskId, the task's id in base64, or none");
  return {
    fileName: values.get("filename") ?? null,
    datanetId: datanetId.data,
    taskId: taskId.data ?? null,
  };
}

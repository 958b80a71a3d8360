import { IMPORT_LIMITS } from "./limits";
import { headerRefusal, shown } from "./refusal";

export type Dtype = "F32" | "F16" | "BF16";
/** One tensor of a safetensors file; `begin` and `end` are bytes after the header. */
export type Tensor = { name: string; dtype: Dtype; shape: number[]; begin: number; end: number };

const WIDTH: Record<Dtype, number> = { F32: 4, F16: 2, BF16: 2 };
const PREFIX_BYTES = 8;

/** How long the header is, from the file's first eight bytes. Error: SAFETENSORS_HEADER. */
export function headerLength(prefix: Uint8Array, fileBytes: number): number {
  if (fileBytes < PREFIX_BYTES || prefix.length < PREFIX_BYTES)
    throw headerRefusal(
      `it has ${fileBytes} bytes, and a safetensors file begins with eight that tell a length`,
    );
  const length = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES).getBigUint64(0, true);
  if (length > BigInt(IMPORT_LIMITS.headerBytes)) {
    throw headerRefusal(
      `its header claims ${length.toLocaleString("en")} bytes, and ${IMPORT_LIMITS.headerBytes.toLocaleString("en")} are allowed`,
    );
  }
  if (length < 2n) throw headerRefusal("its header is empty");
  if (BigInt(PREFIX_BYTES) + length > BigInt(fileBytes))
    throw headerRefusal(`its header claims ${length} bytes, and the file ends before them`);
  return Number(length);
}

/**
 * The tensors of a header: strict JSON without a repeated key, every field known, offsets that cover the rest of the
 * file exactly once, in some order, without hole or overlap. Nothing is allocated by what the file claims.
 * Error: SAFETENSORS_HEADER.
 */
export function readHeader(header: Uint8Array, dataBytes: number): Tensor[] {
  const text = decode(header);
  if (text[0] !== "{") throw headerRefusal("its header does not begin with {");
  refuseRepeatedKeys(text);
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch {
    throw headerRefusal("its header is not JSON");
  }
  const { __metadata__: metadata, ...entries } = value;
  if (metadata !== undefined && !isTexts(metadata))
    throw headerRefusal("its __metadata__ holds more than texts");
  const named = Object.entries(entries);
  if (named.length === 0) throw headerRefusal("it holds no tensor");
  if (named.length > IMPORT_LIMITS.tensors)
    throw headerRefusal(`it names ${named.length} tensors, and ${IMPORT_LIMITS.tensors} are allowed`);
  const tensors = named.map(([name, entry]) => readTensor(name, entry));
  requireContiguous(tensors, dataBytes);
  return tensors;
}

function decode(header: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
  } catch {
    throw headerRefusal("its header is not UTF-8");
  }
}

const isTexts = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((each) => typeof each === "string");

/** JSON.parse keeps the last of two equal keys, and another reader may keep the first: then they see other tensors. */
function refuseRepeatedKeys(text: string): void {
  const seen: Set<string>[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;
  let waiting: string | null = null;
  for (const [found] of text.matchAll(token)) {
    if (found === "{" || found === "[") {
      if (seen.length > 8) throw headerRefusal("its header is nested too deep");
      seen.push(new Set());
    } else if (found === "}" || found === "]") seen.pop();
    else if (found === ":" && waiting !== null) {
      const level = seen.at(-1);
      if (level?.has(waiting)) throw headerRefusal(`its header names ${shown(waiting)} twice`);
      level?.add(waiting);
    }
    waiting = found.startsWith('"') ? keyOf(found) : null;
  }
}

/** "\u0061" and "a" are one key. */
function keyOf(literal: string): string {
  try {
    return JSON.parse(literal);
  } catch {
    throw headerRefusal("its header is not JSON");
  }
}

function readTensor(name: string, entry: unknown): Tensor {
  const bad = (reason: string) => headerRefusal(`the tensor ${shown(name)} ${reason}`);
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) throw bad("is not described");
  const { dtype, shape, data_offsets: offsets, ...more } = entry as Record<string, unknown>;
  const [extra] = Object.keys(more);
  if (extra !== undefined) throw bad(`has the unknown field ${shown(extra)}`);
  if (typeof dtype !== "string" || !Object.hasOwn(WIDTH, dtype))
    throw bad(`is of the type ${shown(String(dtype))}; F32, F16 and BF16 are read`);
  if (!isCounts(shape) || shape.length > 4)
    throw bad("has a shape that is not a list of up to four whole numbers");
  if (!isCounts(offsets) || offsets.length !== 2) throw bad("has no pair of data offsets");
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, n) => product * BigInt(n), BigInt(WIDTH[dtype as Dtype]));
  if (bytes !== BigInt(end) - BigInt(begin))
    throw bad(`takes ${end - begin} bytes, and its shape needs ${bytes}`);
  return { name, dtype: dtype as Dtype, shape, begin, end };
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

function requireContiguous(tensors: Tensor[], dataBytes: number): void {
  let at = 0;
  for (const { name, begin, end } of [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < at) throw headerRefusal(`the tensor ${shown(name)} lies over another one`);
    if (begin > at)
      throw headerRefusal(`${begin - at} bytes before the tensor ${shown(name)} belong to none`);
    at = end;
  }
  if (at > dataBytes) throw headerRefusal(`its tensors need ${at} bytes, and ${dataBytes} are there`);
  if (at < dataBytes) throw headerRefusal(`${dataBytes - at} bytes at its end belong to no tensor`);
}

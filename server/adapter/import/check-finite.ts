import type { Tensor } from "./read-header";
import { refusal, shown } from "./refusal";

/** The exponent of a number that is infinite or not a number, by type: all its bits are set. */
const EXPONENT = { F32: 0x7f80_0000, F16: 0x7c00, BF16: 0x7f80 } as const;

/**
 * Reads the tensors' bytes, which follow each other from offset 0, and refuses the first number that is not finite.
 * In constant memory. Error: ADAPTER_NAN, naming the tensor.
 */
export async function checkFinite(tensors: Tensor[], data: AsyncIterable<Uint8Array>): Promise<void> {
  const ordered = [...tensors]
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
    .filter((t) => t.end > t.begin);
  let rest = Buffer.alloc(0);
  let at = 0;
  let index = 0;
  for await (const chunk of data) {
    let bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk);
    while (index < ordered.length) {
      const tensor = ordered[index]!;
      const width = tensor.dtype === "F32" ? 4 : 2;
      const take = Math.min(bytes.length - (bytes.length % width), tensor.end - at);
      scan(tensor, bytes.subarray(0, take), width);
      at += take;
      bytes = bytes.subarray(take);
      if (at < tensor.end) break;
      index += 1;
    }
    rest = bytes;
  }
}

function scan({ name, dtype }: Tensor, bytes: Buffer, width: 2 | 4): void {
  const exponent = EXPONENT[dtype];
  for (let i = 0; i < bytes.length; i += width) {
    const bits = width === 4 ? bytes.readUInt32LE(i) : bytes.readUInt16LE(i);
    if ((bits & exponent) === exponent) {
      throw refusal(
        "ADAPTER_NAN",
        `The adapter's tensor ${shown(name)} holds numbers that are not finite.`,
        "Its training went wrong. Bring in an earlier checkpoint of it.",
      );
    }
  }
}

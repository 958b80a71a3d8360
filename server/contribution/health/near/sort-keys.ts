const RADIX = 2048;

/** Sorts keys, and values along with them, ascending: three passes of eleven bits. Stable. */
export function sortKeys(keys: Uint32Array, values: Uint32Array): { keys: Uint32Array; values: Uint32Array } {
  let [fromKeys, fromValues] = [keys, values];
  let [toKeys, toValues]: [Uint32Array, Uint32Array] = [
    new Uint32Array(keys.length),
    new Uint32Array(keys.length),
  ];
  const starts = new Uint32Array(RADIX);
  for (const shift of [0, 11, 22]) {
    starts.fill(0);
    for (let i = 0; i < fromKeys.length; i += 1) starts[(fromKeys[i]! >>> shift) & (RADIX - 1)]! += 1;
    let sum = 0;
    for (let digit = 0; digit < RADIX; digit += 1) {
      const count = starts[digit]!;
      starts[digit] = sum;
      sum += count;
    }
    for (let i = 0; i < fromKeys.length; i += 1) {
      const digit = (fromKeys[i]! >>> shift) & (RADIX - 1);
      const at = starts[digit]!;
      starts[digit] = at + 1;
      toKeys[at] = fromKeys[i]!;
      toValues[at] = fromValues[i]!;
    }
    [fromKeys, toKeys] = [toKeys, fromKeys];
    [fromValues, toValues] = [toValues, fromValues];
  }
  return { keys: fromKeys, values: fromValues };
}

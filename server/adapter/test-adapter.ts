const MODULE = "model.layers.0.self_attn.q_proj";
const FLOAT_BYTES = 4;

type Options = { rank?: number; fill?: number; shape?: [outputs: number, inputs: number] };

export const adapterConfig = (rank = 2): string =>
  JSON.stringify({
    peft_type: "LORA",
    r: rank,
    lora_alpha: 2 * rank,
    target_modules: ["q_proj"],
    base_model_name_or_path: "someone/tiny",
  });

/** The weights of an adapter on one layer, by default the one of the test runner's base, with `fill` in every place. */
export function adapterWeights({
  rank = 2,
  fill = 0.5,
  shape: [outputs, inputs] = [8, 4],
}: Options = {}): Buffer {
  const [a, b] = [rank * inputs, outputs * rank];
  const header = Buffer.from(
    JSON.stringify({
      [`base_model.model.${MODULE}.lora_A.weight`]: {
        dtype: "F32",
        shape: [rank, inputs],
        data_offsets: [0, a * FLOAT_BYTES],
      },
      [`base_model.model.${MODULE}.lora_B.weight`]: {
        dtype: "F32",
        shape: [outputs, rank],
        data_offsets: [a * FLOAT_BYTES, (a + b) * FLOAT_BYTES],
      },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(new Float32Array(a + b).fill(fill).buffer)]);
}

/** As the browser sends them: one after the other in one body. */
export const sentAdapter = (weights: Buffer, config = adapterConfig()) => ({
  files: [
    { name: "adapter_model.safetensors", bytes: weights.length },
    { name: "adapter_config.json", bytes: config.length },
  ],
  content: Buffer.concat([weights, Buffer.from(config)]),
});

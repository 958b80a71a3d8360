import type { AdapterConfig } from "./read-config";
import type { Tensor } from "./read-header";
import { shapeRefusal, shown } from "./refusal";

/** A base's linear layers: [outputs, inputs] by module name ("model.layers.0.self_attn.q_proj"). */
export type LinearShapes = Record<string, [number, number]>;

const PREFIX = "base_model.model.";

/**
 * Exactly the two factors of every module that the configuration targets, in the shapes its rank and the base give;
 * nothing else. Returns the last parts of the modules' names. Error: ADAPTER_SHAPE, naming the tensor.
 */
export function checkTensors(tensors: Tensor[], config: AdapterConfig, base: LinearShapes): string[] {
  const { rank, modules } = config;
  const isTargeted = (name: string) =>
    modules === null || modules.some((target) => name === target || name.endsWith(`.${target}`));
  const targeted = Object.keys(base).filter(isTargeted);
  if (targeted.length === 0)
    throw shapeRefusal("none of its target modules is one of the base's linear layers");
  const wanted = new Map<string, number[]>();
  for (const name of targeted) {
    const [outputs, inputs] = base[name]!;
    wanted.set(`${PREFIX}${name}.lora_A.weight`, [rank, inputs]);
    wanted.set(`${PREFIX}${name}.lora_B.weight`, [outputs, rank]);
  }
  for (const { name, shape } of tensors) {
    const expected = wanted.get(name);
    if (!expected) throw shapeRefusal(`the tensor ${shown(name)} does not belong to it`);
    if (shape.length !== 2 || shape[0] !== expected[0] || shape[1] !== expected[1])
      throw shapeRefusal(`the tensor ${shown(name)} is [${shape.join(", ")}], not [${expected.join(", ")}]`);
    wanted.delete(name);
  }
  const [missing] = wanted.keys();
  if (missing !== undefined) throw shapeRefusal(`the tensor ${shown(missing)} is missing`);
  return [...new Set(targeted.map((name) => name.split(".").at(-1)!))].sort();
}

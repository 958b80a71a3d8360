import { describe, expect, test } from "vitest";
import { checkFinite } from "./check-finite";
import { checkTensors } from "./check-tensors";
import { pickFiles } from "./pick-files";
import { readConfig } from "./read-config";
import { headerLength, readHeader } from "./read-header";

const BASE: Record<string, [number, number]> = {
  "model.layers.0.self_attn.q_proj": [8, 4],
  "model.layers.0.mlp.up_proj": [6, 4],
};
const Q = "base_model.model.model.layers.0.self_attn.q_proj";
const CONFIG = {
  peft_type: "LORA",
  r: 2,
  lora_alpha: 4,
  target_modules: ["q_proj"],
  base_model_name_or_path: "org/base",
};

const tensor = (shape: number[], begin: number, dtype = "F32", width = 4) => ({
  dtype,
  shape,
  data_offsets: [begin, begin + shape.reduce((a, b) => a * b, width)],
});
const GOOD = { [`${Q}.lora_A.weight`]: tensor([2, 4], 0), [`${Q}.lora_B.weight`]: tensor([8, 2], 32) };
const GOOD_BYTES = 32 + 64;

const bytes = (header: unknown) => Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
const refusalOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    const { code, message, fix } = error as { code: string; message: string; fix: string };
    expect(fix.length).toBeGreaterThan(10);
    return `${code}: ${message}`;
  }
  return "taken";
};
const header = (value: unknown, data = GOOD_BYTES) => refusalOf(() => readHeader(bytes(value), data));
const config = (more: Record<string, unknown>) =>
  refusalOf(() => readConfig(bytes(JSON.stringify({ ...CONFIG, ...more }))));
const fits = (value: unknown, more: Record<string, unknown> = {}, data = GOOD_BYTES) =>
  refusalOf(() =>
    checkTensors(
      readHeader(bytes(value), data),
      readConfig(bytes(JSON.stringify({ ...CONFIG, ...more }))),
      BASE,
    ),
  );

describe("the header's length", () => {
  const prefix = (length: bigint) => {
    const content = Buffer.alloc(8);
    content.writeBigUInt64LE(length);
    return content;
  };
  test.each([
    [200_000_000n, 300_000_000, "claims 200,000,000 bytes, and 1,000,000 are allowed"],
    [2n ** 64n - 1n, 100, "claims 18,446,744,073,709,551,615 bytes"],
    [500n, 100, "claims 500 bytes, and the file ends before them"],
    [0n, 100, "its header is empty"],
  ])("%s in a file of %s bytes is refused", (length, file, words) => {
    const said = refusalOf(() => headerLength(prefix(length), file));
    expect(said).toMatch(/^SAFETENSORS_HEADER: /);
    expect(said).toContain(words);
  });
  test("a file of seven bytes is refused; a right one is measured", () => {
    expect(refusalOf(() => headerLength(Buffer.alloc(7), 7))).toMatch(/^SAFETENSORS_HEADER/);
    expect(headerLength(prefix(92n), 200)).toBe(92);
  });
});

describe("the header", () => {
  test("of a right file gives its tensors, metadata or not", () => {
    expect(readHeader(bytes({ __metadata__: { format: "pt" }, ...GOOD }), GOOD_BYTES)).toEqual([
      { name: `${Q}.lora_A.weight`, dtype: "F32", shape: [2, 4], begin: 0, end: 32 },
      { name: `${Q}.lora_B.weight`, dtype: "F32", shape: [8, 2], begin: 32, end: 96 },
    ]);
  });
  const one = { a: tensor([2, 4], 0) };
  test.each<[string, unknown, number, string]>([
    ["no JSON", "{a", 32, "is not JSON"],
    ["a list", "[]", 32, "does not begin with {"],
    ["a space before it", ` ${JSON.stringify(one)}`, 32, "does not begin with {"],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), 32, "not UTF-8"],
    ["no tensor", { __metadata__: {} }, 0, "holds no tensor"],
    ["metadata with a list", { __metadata__: { a: [] }, ...one }, 32, "more than texts"],
    [
      "a key twice",
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
      "names “a” twice",
    ],
    [
      "a key twice, once escaped",
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
      "names “a” twice",
    ],
    [
      "a field twice",
      '{"a":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}}',
      4,
      "names “dtype” twice",
    ],
    ["a depth of 20", `{"a":${"[".repeat(20)}${"]".repeat(20)}}`, 4, "nested too deep"],
    ["an unknown field", { a: { ...tensor([1], 0), more: 1 } }, 4, "unknown field “more”"],
    ["a type we do not read", { a: tensor([4], 0, "I64", 8) }, 32, "is of the type “I64”"],
    ["a type of the prototype", { a: tensor([4], 0, "constructor") }, 16, "is of the type “constructor”"],
    ["a negative size", { a: { dtype: "F32", shape: [-1, -8], data_offsets: [0, 32] } }, 32, "whole numbers"],
    ["a fraction", { a: { dtype: "F32", shape: [0.5, 16], data_offsets: [0, 32] } }, 32, "whole numbers"],
    [
      "sizes whose product overflows",
      { a: { dtype: "F32", shape: [2 ** 31, 2 ** 31, 4], data_offsets: [0, 0] } },
      0,
      "its shape needs 73786976294838206464",
    ],
    ["offsets turned round", { a: { dtype: "F32", shape: [2], data_offsets: [8, 0] } }, 8, "takes -8 bytes"],
    [
      "three offsets",
      { a: { dtype: "F32", shape: [2], data_offsets: [0, 8, 8] } },
      8,
      "no pair of data offsets",
    ],
    ["an overlap", { a: tensor([2], 0), b: tensor([2], 4) }, 12, "“b” lies over another one"],
    ["the same bytes twice", { a: tensor([2], 0), b: tensor([2], 0) }, 8, "lies over another one"],
    ["a hole", { a: tensor([2], 0), b: tensor([2], 12) }, 20, "4 bytes before the tensor “b” belong to none"],
    ["a hole at the start", { a: tensor([2], 4) }, 12, "4 bytes before"],
    ["bytes left over", { a: tensor([2], 0) }, 12, "4 bytes at its end belong to no tensor"],
    ["a file that is cut", { a: tensor([2], 0) }, 4, "its tensors need 8 bytes, and 4 are there"],
    ["a name of control characters", { "a\u0000\u001b[2J": { dtype: "I8" } }, 0, "“a??[2J”"],
  ])("with %s is refused", (_, value, data, words) => {
    const said = refusalOf(() => readHeader(value instanceof Buffer ? value : bytes(value), data));
    expect(said).toMatch(/^SAFETENSORS_HEADER: /);
    expect(said).toContain(words);
  });
  test("with more tensors than allowed is refused", () => {
    const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`t${i}`, tensor([0], 0)]));
    expect(header(many, 0)).toContain("names 10001 tensors");
  });
});

describe("the tensors", () => {
  test("that fit are taken, and all that is targeted is named", () => {
    expect(
      checkTensors(readHeader(bytes(GOOD), GOOD_BYTES), readConfig(bytes(JSON.stringify(CONFIG))), BASE),
    ).toEqual(["q_proj"]);
  });
  const { [`${Q}.lora_A.weight`]: a, [`${Q}.lora_B.weight`]: b } = GOOD;
  test("are refused by name when one is wrong, extra or missing", () => {
    expect(fits({ [`${Q}.lora_A.weight`]: tensor([4, 2], 0), [`${Q}.lora_B.weight`]: b })).toBe(
      `ADAPTER_SHAPE: The adapter does not fit the base model: the tensor “${Q}.lora_A.weight” is [4, 2], not [2, 4].`,
    );
    expect(fits({ [`${Q}.lora_A.weight`]: tensor([2, 2, 2], 0), [`${Q}.lora_B.weight`]: b })).toContain(
      "[2, 2, 2]",
    );
    expect(fits({ ...GOOD, "lm_head.weight": tensor([1], 96) }, {}, 100)).toContain(
      "“lm_head.weight” does not belong",
    );
    expect(fits({ [`${Q}.lora_A.weight`]: a }, {}, 32)).toContain("lora_B.weight” is missing");
    expect(fits(GOOD, { r: 4 })).toContain("not [4, 4]");
    expect(fits(GOOD, { target_modules: "all-linear" })).toContain("up_proj.lora_A.weight” is missing");
    expect(fits(GOOD, { target_modules: ["gate"] })).toContain("none of its target modules");
  });
});

describe("the configuration", () => {
  test("of plain LoRA is read", () => {
    const full = {
      ...CONFIG,
      bias: "none",
      use_dora: false,
      rank_pattern: {},
      loftq_config: {},
      modules_to_save: null,
      lora_dropout: 0.05,
      inference_mode: true,
    };
    expect(readConfig(bytes(JSON.stringify(full)))).toEqual({
      rank: 2,
      alpha: 4,
      modules: ["q_proj"],
      statedBase: "org/base",
    });
  });
  test.each<[Record<string, unknown>, string]>([
    [{ auto_map: { AutoModel: "x.py" } }, "CONFIG_FORBIDDEN: adapter_config.json sets “auto_map”"],
    [{ auto_mapping: { base_model_class: "x" } }, "“auto_mapping”"],
    [{ trust_remote_code: true }, "“trust_remote_code”"],
    [
      { base_model_name_or_path: "https://example.org/model" },
      "“base_model_name_or_path”: it names a place to fetch from",
    ],
    [{ base_model_name_or_path: "file:///etc" }, "“base_model_name_or_path”"],
    [{ base_model_name_or_path: "//host/share" }, "“base_model_name_or_path”"],
    [{ use_dora: true }, "“use_dora”"],
    [{ use_rslora: true }, "“use_rslora”"],
    [{ modules_to_save: ["lm_head"] }, "“modules_to_save”"],
    [{ rank_pattern: { q_proj: 4 } }, "“rank_pattern”"],
    [{ some_new_setting: 3 }, "“some_new_setting”"],
    [{ peft_type: "LOHA" }, "“peft_type”"],
    [{ bias: "all" }, "“bias”"],
    [{ init_lora_weights: "pissa" }, "“init_lora_weights”"],
    [{ target_modules: ".*_proj" }, "“target_modules”"],
    [{ target_modules: [] }, "“target_modules”"],
    [
      { r: 4096 },
      "ADAPTER_SHAPE: adapter_config.json has the value “4096” for r; whole numbers from 1 to 64 are read.",
    ],
    [{ r: "8" }, "for r"],
    [{ lora_alpha: 0 }, "for lora_alpha"],
  ])("%j is refused by its key", (more, words) => {
    expect(config(more)).toContain(words);
  });
  test.each(["", "[]", "null", "{", '"text"', "\u0000"])("%j is no configuration", (text) => {
    expect(refusalOf(() => readConfig(bytes(text)))).toMatch(/^CONFIG_FORMAT: /);
  });
  test("one of a megabyte is refused before it is parsed", () => {
    expect(refusalOf(() => readConfig(Buffer.alloc(1_000_000, "{")))).toContain("65536 are allowed");
  });
});

describe("the files", () => {
  const pick = (...files: [string, string | Buffer][]) =>
    refusalOf(() =>
      pickFiles(
        files.map(([name, content]) => ({ name, bytes: content.length })),
        Buffer.concat(files.map(([, content]) => Buffer.from(content))),
      ),
    );
  test("are picked by name, in any order, and others are left out and named", () => {
    const picked = pickFiles(
      [
        { name: "README.md", bytes: 2 },
        { name: "adapter_model.safetensors", bytes: 3 },
        { name: "adapter_config.json", bytes: 1 },
      ],
      Buffer.from("mdabc{"),
    );
    expect([picked.weights.toString(), picked.config.toString(), picked.ignored]).toEqual([
      "abc",
      "{",
      ["README.md"],
    ]);
  });
  test.each<[string, [string, string | Buffer][], string]>([
    [
      "a pickle beside them",
      [
        ["adapter_model.bin", "x"],
        ["adapter_config.json", "{}"],
      ],
      "PICKLE_REFUSED: “adapter_model.bin”",
    ],
    [
      "a pickle under the right name",
      [
        ["adapter_model.safetensors", Buffer.from([0x80, 2])],
        ["adapter_config.json", "{}"],
      ],
      "PICKLE_REFUSED",
    ],
    [
      "a PyTorch zip under the right name",
      [
        ["adapter_model.safetensors", "PK\x03\x04x"],
        ["adapter_config.json", "{}"],
      ],
      "PICKLE_REFUSED",
    ],
    [
      "a program",
      [
        ["adapter_model.safetensors", "x"],
        ["adapter_config.json", "{}"],
        ["model.py", "x"],
      ],
      "CODE_REFUSED",
    ],
    [
      "one file alone",
      [["adapter_model.safetensors", "x"]],
      "FILES_MISSING: There is no file named adapter_config.json among the one sent.",
    ],
    [
      "two of one name",
      [
        ["a/adapter_config.json", "x"],
        ["b/adapter_config.json", "x"],
        ["adapter_model.safetensors", "x"],
      ],
      "FILES_MISSING: There are 2 files",
    ],
    ["a broken zip", [["x.zip", "PK\x03\x04"]], "ARCHIVE_CORRUPT"],
  ])("with %s are refused", (_, files, words) => {
    expect(pick(...files)).toContain(words);
  });
});

describe("the numbers", () => {
  async function* chunks(content: Buffer, size: number) {
    for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
  }
  const tensors = [
    { name: "a", dtype: "F32" as const, shape: [2], begin: 0, end: 8 },
    { name: "b", dtype: "F16" as const, shape: [3], begin: 8, end: 14 },
    { name: "c", dtype: "BF16" as const, shape: [1], begin: 14, end: 16 },
  ];
  const good = () => {
    const content = Buffer.alloc(16);
    content.writeFloatLE(3.4e38, 0);
    content.writeFloatLE(-1e-40, 4);
    content.writeUInt16LE(0x7bff, 8);
    content.writeUInt16LE(0x7f7f, 14);
    return content;
  };
  test.each([1, 3, 5, 16])("that are finite pass, in pieces of %i bytes", async (size) => {
    await expect(checkFinite(tensors, chunks(good(), size))).resolves.toBeUndefined();
  });
  test.each<[string, (content: Buffer) => void]>([
    ["a", (content) => content.writeFloatLE(Number.NaN, 4)],
    ["a", (content) => content.writeFloatLE(Number.NEGATIVE_INFINITY, 0)],
    ["b", (content) => content.writeUInt16LE(0x7c00, 12)],
    ["c", (content) => content.writeUInt16LE(0xffc0, 14)],
  ])("that are not are refused, naming the tensor %s", async (name, spoil) => {
    const content = good();
    spoil(content);
    for (const size of [1, 3, 16]) {
      await expect(checkFinite(tensors, chunks(content, size))).rejects.toMatchObject({
        code: "ADAPTER_NAN",
        message: `The adapter's tensor “${name}” holds numbers that are not finite.`,
      });
    }
  });
});

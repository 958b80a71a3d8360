import { readZip } from "../zip/read-zip";
import { CONFIG, IMPORT_LIMITS, WEIGHTS } from "./limits";
import { refusal, shown } from "./refusal";

export type SentFile = { name: string; bytes: number };
export type Picked = { weights: Buffer; config: Buffer; ignored: string[] };

const PICKLES = /\.(bin|pt|pth|pkl|pickle|ckpt|npy|npz|h5|msgpack|joblib)$/i;
const CODE = /\.(py|pyc|so|dll|sh|exe|js)$/i;
const RATIO = 100;

/**
 * The adapter's two files out of what was sent: the files themselves, or one zip of them (perhaps in one folder).
 * Files that can run code when read are refused, also beside the right ones; other texts are left out and named.
 * Errors: PICKLE_REFUSED, FILES_MISSING, TYPE_MISMATCH, and those of readZip.
 */
export function pickFiles(sent: SentFile[], content: Buffer): Picked {
  const given = split(sent, content);
  const [only] = given;
  const isZip = given.length === 1 && only !== undefined && isArchive(only.name, only.read());
  const files = isZip
    ? readZip(only.read(), {
        entries: IMPORT_LIMITS.zipEntries,
        bytes: IMPORT_LIMITS.uploadBytes,
        ratio: RATIO,
      }).filter(({ name }) => !/(^|\/)(__MACOSX\/|\.)/.test(name))
    : given;
  for (const { name } of files) {
    if (PICKLES.test(name)) throw pickle(name);
    if (CODE.test(name)) throw refusal("CODE_REFUSED", `${shown(name)} is a program.`, ONLY);
  }
  const find = (wanted: string) => {
    const found = files.filter(({ name }) => name.split("/").at(-1) === wanted);
    if (found.length === 1) return found[0]!.read();
    throw refusal(
      "FILES_MISSING",
      found.length > 1
        ? `There are ${found.length} files named ${wanted}.`
        : `There is no file named ${wanted} among ${files.length === 1 ? "the one" : `the ${files.length}`} sent.`,
      ONLY,
    );
  };
  const picked = { config: find(CONFIG), weights: find(WEIGHTS) };
  if (picked.weights[0] === 0x80 || picked.weights.subarray(0, 4).toString("latin1") === "PK\x03\x04")
    throw pickle(WEIGHTS);
  const ignored = files
    .map(({ name }) => name)
    .filter((name) => !name.endsWith(CONFIG) && !name.endsWith(WEIGHTS));
  return { ...picked, ignored };
}

const ONLY =
  "Send the two files that PEFT writes: adapter_model.safetensors and adapter_config.json, or one zip of them.";

function split(sent: SentFile[], content: Buffer) {
  let at = 0;
  return sent.map(({ name, bytes }) => {
    const part = content.subarray(at, at + bytes);
    at += bytes;
    return { name, bytes, read: () => part };
  });
}

const isArchive = (name: string, content: Buffer): boolean =>
  /\.zip$/i.test(name) || content.subarray(0, 4).toString("latin1") === "PK\x03\x04";

const pickle = (name: string) =>
  refusal(
    "PICKLE_REFUSED",
    `${shown(name)} is of a format that can run code when it is opened. Only .safetensors is read.`,
    "Save the adapter again with save_pretrained(..., safe_serialization=True), and send the .safetensors file.",
  );

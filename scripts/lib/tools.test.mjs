import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { isNodeInstalled } from "./install.mjs";
import { loadSecrets } from "./secrets.mjs";
import { checkNode, findPython } from "./tools.mjs";

const withFolder = (work) => () => {
  const folder = mkdtempSync(resolve(tmpdir(), "mf-tools-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
const fakePython = (folder, answer) => {
  const file = resolve(folder, "python3");
  writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
  chmodSync(file, 0o755);
  return { PATH: `${folder}:/usr/bin:/bin`, PYTHON: file };
};

test("Node: 20.19 and newer will do, and an older one is named with what is needed", () => {
  for (const version of ["20.19.0", "22.1.0"]) expect(() => checkNode(version)).not.toThrow();
  for (const version of ["18.20.4", "20.18.1"])
    expect(() => checkNode(version)).toThrow(`needs Node 20.19 or newer, and this is ${version}`);
});

test(
  "Python: the sentence says whether it is missing, too old or without venv",
  withFolder((folder) => {
    expect(() => findPython({ PATH: folder })).toThrow("needs Python 3.11 or newer");
    expect(() => findPython({ PATH: folder, PYTHON: "/nope" })).toThrow(
      "PYTHON is /nope, and no Python answers there.",
    );
    expect(() => findPython(fakePython(folder, { version: [3, 9, 2], usable: true }))).toThrow(
      "(found 3.9.2)",
    );
    expect(() => findPython(fakePython(folder, { version: [3, 12, 1], usable: false }))).toThrow(
      "python3-venv",
    );
    expect(findPython(fakePython(folder, { version: [3, 12, 1], usable: true })).version).toBe("3.12.1");
  }),
);

test(
  "npm packages count as installed only when every one has the lockfile's version",
  withFolder((folder) => {
    const write = (file, packages) => writeFileSync(resolve(folder, file), JSON.stringify({ packages }));
    const lock = {
      "": {},
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b": { version: "2.0.0", optional: true },
    };
    write("package-lock.json", lock);
    expect(isNodeInstalled(folder)).toBe(false);
    mkdirSync(resolve(folder, "node_modules"));
    write("node_modules/.package-lock.json", { "node_modules/a": { version: "1.0.0" } });
    expect(isNodeInstalled(folder)).toBe(true);
    write("node_modules/.package-lock.json", { "node_modules/a": { version: "1.0.1" } });
    expect(isNodeInstalled(folder)).toBe(false);
    write("node_modules/.package-lock.json", {});
    expect(isNodeInstalled(folder)).toBe(false);
  }),
);

test(
  "secrets stay the same, are closed to others, and their loss is not covered up beside a database",
  withFolder((folder) => {
    const first = loadSecrets(folder, false);
    expect(first.attestorKey).toMatch(/^0x[0-9a-f]{64}$/);
    expect(loadSecrets(folder, true)).toEqual(first);
    const file = resolve(folder, "secrets.json");
    writeFileSync(file, '{"databasePass');
    expect(() => loadSecrets(folder, true)).toThrow(`${file} is damaged`);
    rmSync(file);
    expect(() => loadSecrets(folder, true)).toThrow(`${file} is missing`);
  }),
);

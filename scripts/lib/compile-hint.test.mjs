import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { test } from "vitest";
import { hintCompile } from "./compile-hint.mjs";

test("small scripts are marked once on their first line, large ones and other files stay as they are", () => {
  const folder = mkdtempSync(resolve(tmpdir(), "modelfactory-chunks-"));
  try {
    mkdirSync(resolve(folder, "app"));
    const files = {
      "a.js": "(()=>{a})()",
      "app/b.js": "(()=>{b})()",
      "large.js": `"${"x".repeat(250_000)}"`,
      "c.css": "a{}",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(resolve(folder, name), text);
    const read = (name) => readFileSync(resolve(folder, name), "utf8");
    assert.equal(hintCompile(folder), 2);
    assert.equal(read("a.js"), `//# allFunctionsCalledOnLoad\n${files["a.js"]}`);
    assert.equal(read("app/b.js"), `//# allFunctionsCalledOnLoad\n${files["app/b.js"]}`);
    for (const name of ["large.js", "c.css"]) assert.equal(read(name), files[name]);
    assert.equal(hintCompile(folder), 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

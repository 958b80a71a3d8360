import { spawn } from "node:child_process";
import { root } from "./paths.mjs";

/**
 * Runs a program to its end and hides its output unless it fails. For commands that have no supervisor.
 * @returns {Promise<void>} rejects with the last lines of the output, also alone as `output`
 */
export function runStep(name, { command, args = [], cwd = root, env = process.env }) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (data) => {
      output = (output + data).slice(-20_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (error) => fail(new Error(`${name} could not be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (code === 0) return done();
      const lastLines = output.trimEnd().split("\n").slice(-25).join("\n");
      const how = signal ? `was ended by ${signal}` : `failed with ${code}`;
      fail(Object.assign(new Error(`${name} ${how}:\n${lastLines}`), { output: lastLines }));
    });
  });
}

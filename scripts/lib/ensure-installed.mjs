import { installNode, installPython } from "./install.mjs";
import { runStep } from "./run-step.mjs";
import { checkNode, findPython } from "./tools.mjs";

/** Installs what is missing, npm and Python packages at once; says so on `log` only when there was something to do. */
export async function ensureInstalled(log, { withPython = true } = {}) {
  checkNode();
  const work = [installNode(runStep, log)];
  if (withPython) work.push(installPython(findPython(), runStep, log));
  await Promise.all(work);
}

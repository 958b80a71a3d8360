import { connect, createServer } from "node:net";

/** An ephemeral free port on the loopback address. */
export const anyFreePort = () => listenOn(0);

/**
 * The preferred port, or the next free one above it. `taken` holds ports already promised to another
 * part of this start, which are not bound yet; the answer is added to it.
 * @returns {Promise<{port: number, moved: boolean}>} moved: the preferred one was not free
 */
export async function freePort(preferred, taken = new Set()) {
  for (let port = preferred; port < Math.min(preferred + 200, 65_536); port++) {
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return { port, moved: port !== preferred };
  }
  throw new Error(
    `No port between ${preferred} and ${preferred + 199} is free. Stop a program that listens there, or set PORT.`,
  );
}

async function isFree(port) {
  // A listener on all interfaces does not stop a loopback bind on every system, so try to connect too.
  if (await accepts(port)) return false;
  try {
    await listenOn(port);
    return true;
  } catch {
    return false;
  }
}

/** True when something accepts TCP connections on 127.0.0.1:port. */
export function accepts(port) {
  return new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => done(true)).once("error", () => done(false));
    socket.setTimeout(500, () => done(false));
    for (const event of ["connect", "error", "timeout"]) socket.once(event, () => socket.destroy());
  });
}

function listenOn(port) {
  return new Promise((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      const bound = server.address().port;
      server.close(() => done(bound));
    });
  });
}

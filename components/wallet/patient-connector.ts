import type { CreateConnectorFn } from "wagmi";

/** Longer than a slow phone network needs to reach the relay; WalletConnect's own tries go on for over a minute. */
const PATIENCE_MS = 20_000;

/** The relay gave no address for the phone to scan in time. Its name is what `chain/errors.ts` knows it by. */
export class RelaySilentError extends Error {
  override name = "RelaySilentError";
}

/**
 * A WalletConnect connector that gives up where the relay is silent: `connect` fails with a RelaySilentError unless an
 * address to scan, or the connection itself, is there within the patience. From then on it waits for the person.
 */
export function patientConnector(create: CreateConnectorFn, patienceMs = PATIENCE_MS): CreateConnectorFn {
  return (config) => {
    const connector = create(config);
    return {
      ...connector,
      async connect(parameters) {
        const silence = relaySilence(config.emitter, patienceMs);
        try {
          return await Promise.race([connector.connect.call(this, parameters), silence.promise]);
        } finally {
          silence.end();
        }
      },
      /** Asked before `connect`, whose patience must not begin after another wait: our one chain, where nobody says. */
      getChainId() {
        const ours = config.chains[0].id;
        return Promise.race([
          connector.getChainId.call(this),
          new Promise<number>((resolve) => setTimeout(resolve, patienceMs / 10, ours)),
        ]);
      },
    } as typeof connector;
  };
}

type Emitter = Parameters<CreateConnectorFn>[0]["emitter"];

function relaySilence(emitter: Emitter, patienceMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const promise = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new RelaySilentError("The relay server is silent.")), patienceMs);
  });
  const heard = ({ type }: { type: string }) => {
    if (type === "display_uri") clearTimeout(timer);
  };
  emitter.on("message", heard);
  const end = () => {
    clearTimeout(timer);
    emitter.off("message", heard);
  };
  return { promise, end };
}

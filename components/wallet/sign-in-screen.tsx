"use client";
import { useConnectModal } from "@rainbow-me/rainbowkit";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useState } from "react";
import { useAccount, useChains, useConnectors, useDisconnect } from "wagmi";
import { shortHash } from "../common/hash-link";
import { PageHeader } from "../common/page-header";
import { useAccount as useSignedIn } from "../trpc/use-account";
import { Button, LinkButton } from "../ui/button";
import { Callout } from "../ui/callout";
import { ChainErrorCallout } from "./chain-error-callout";
import { LOCAL_CONNECTOR_ID } from "./local-connector";
import { safeNext } from "./safe-next";
import { useConnectProblem } from "./use-connect-problem";
import { useLocalAddress } from "./use-local-address";
import { useSignIn } from "./use-sign-in";

const BUSY = {
  connecting: "Connecting…",
  signing: "Confirm in your wallet…",
  checking: "Signing you in…",
  idle: "",
  failed: "",
};

export function SignInScreen({ next }: { next?: string }) {
  const router = useRouter();
  const { account } = useSignedIn();
  const { signIn, state, error, isBusy } = useSignIn();
  const connecting = useConnectProblem();
  const go = async (way: "local" | "connected") => {
    connecting.forget();
    if (await signIn(way)) router.push(safeNext(next));
  };
  return (
    <div className="max-w-160">
      <PageHeader
        title="Sign in"
        sentence="Your wallet will be asked to sign one message with this site's name and a number used once. It costs nothing, sends no transaction and gives no access to your money."
      />
      {account ? (
        <Callout
          tone="success"
          title={`You are signed in as ${account.name ?? shortHash(account.address)}`}
          action={
            <LinkButton size="sm" href={safeNext(next)}>
              Continue
            </LinkButton>
          }
          className="mb-6"
        />
      ) : null}
      <div className="divide-y divide-line border-y border-line">
        <LocalWay onSignIn={() => go("local")} isBusy={isBusy} busyLabel={BUSY[state]} />
        <BrowserWay onSignIn={() => go("connected")} isBusy={isBusy} busyLabel={BUSY[state]} />
      </div>
      <div className="mt-4">
        <ChainErrorCallout error={connecting.problem ?? error} />
      </div>
    </div>
  );
}

type WayProps = { onSignIn: () => void; isBusy: boolean; busyLabel: string };

function LocalWay({ onSignIn, isBusy, busyLabel }: WayProps) {
  const hasLocal = useConnectors().some(({ id }) => id === LOCAL_CONNECTOR_ID);
  const existing = useLocalAddress();
  if (!hasLocal) return null;
  return (
    <Way
      title="Use a local wallet"
      body={
        existing
          ? `The key ${shortHash(existing)} is kept in this browser. It works on this machine's chain only.`
          : "A key is made and kept in this browser, with test money, for this machine's chain only. You can back it up later under Account."
      }
    >
      <Button variant="primary" onClick={onSignIn} isBusy={isBusy} busyLabel={busyLabel}>
        Sign in with a local wallet
      </Button>
    </Way>
  );
}

function BrowserWay({ onSignIn, isBusy, busyLabel }: WayProps) {
  const [chain] = useChains();
  const connectors = useConnectors();
  const { openConnectModal } = useConnectModal();
  const { address, connector, chainId } = useAccount();
  const { disconnect } = useDisconnect();
  const isConnected = address !== undefined && connector?.id !== LOCAL_CONNECTOR_ID;
  const hasAny = connectors.some(
    ({ id }) => id !== LOCAL_CONNECTOR_ID && (id !== "injected" || isInjected()),
  );
  // RainbowKit gives no window while a wallet is connected, so the local one leaves first.
  const [wantsModal, setWantsModal] = useState(false);
  useEffect(() => {
    if (!wantsModal || !openConnectModal) return;
    setWantsModal(false);
    openConnectModal();
  }, [wantsModal, openConnectModal]);
  const open = () => {
    if (connector) disconnect();
    setWantsModal(true);
  };
  if (isConnected) {
    return (
      <Way
        title={connector?.name ?? "Browser wallet"}
        body={
          chainId === chain.id
            ? `Connected as ${shortHash(address)} on ${chain.name}.`
            : `Connected as ${shortHash(address)}, on another chain than ${chain.name}. Signing in works all the same; before the first transaction you are asked to switch.`
        }
      >
        <Button variant="primary" onClick={onSignIn} isBusy={isBusy} busyLabel={busyLabel}>
          Sign in as {shortHash(address)}
        </Button>
        <Button variant="ghost" onClick={() => disconnect()}>
          Disconnect
        </Button>
      </Way>
    );
  }
  return (
    <Way
      title="Connect a browser wallet"
      body={
        hasAny
          ? "An extension or a phone wallet that you already use. You connect first, then sign."
          : "No wallet extension was found in this browser. Install one and reload this page."
      }
    >
      <Button onClick={open} disabled={!hasAny}>
        Connect a browser wallet
      </Button>
    </Way>
  );
}

const isInjected = () => typeof window !== "undefined" && "ethereum" in window;

function Way({ title, body, children }: { title: string; body: string; children: ReactNode }) {
  return (
    <section className="py-5">
      <h2 className="text-lg">{title}</h2>
      <p className="mt-1 mb-3 max-w-reading text-muted">{body}</p>
      <div className="flex flex-wrap gap-2">{children}</div>
    </section>
  );
}

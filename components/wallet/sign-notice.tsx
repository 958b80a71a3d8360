type SignNoticeProps = {
  /** Completes "Your wallet will be asked to ...": "register this Datanet on the chain". */
  what: string;
  cost: "nothing" | "fee";
};

/** Stands before every wallet prompt: what will be signed and what it costs. */
export function SignNotice({ what, cost }: SignNoticeProps) {
  return (
    <p className="max-w-reading text-sm text-muted">
      Your wallet will be asked to {what}.{" "}
      {cost === "nothing"
        ? "It is a signature only: it costs nothing and sends no transaction."
        : "It is one transaction: it costs the network's fee, which your wallet shows first. On the local chain it is test money."}
    </p>
  );
}

import { CopyButton } from "./copy-button";

/** First six and last four characters; "0x" is kept and not counted. */
export function shortHash(value: string): string {
  const prefix = value.startsWith("0x") ? "0x" : "";
  const body = value.slice(prefix.length);
  return body.length <= 12 ? value : `${prefix}${body.slice(0, 6)}…${body.slice(-4)}`;
}

type HashLinkProps = { value: string; label?: string; href?: string };

/** A hash or address, shortened, in mono, copied in one click; on paper whole. `label` is its spoken name ("artifact hash"). */
export function HashLink({ value, label = "hash", href }: HashLinkProps) {
  const text = (
    <span title={value} className="whole-in-print">
      {shortHash(value)}
    </span>
  );
  return (
    <span className="inline-flex items-center gap-0.5 font-mono text-sm whitespace-nowrap print:whitespace-normal">
      {href ? (
        <a href={href} className="link">
          {text}
        </a>
      ) : (
        text
      )}
      <CopyButton value={value} label={label} />
    </span>
  );
}

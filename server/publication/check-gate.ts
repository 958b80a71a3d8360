import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { PublicationCheck } from "@/db/schema";
import { sharingClause } from "@/server/datanet/licences";
import type { RunnerRun } from "@/server/runner/client";
import type { BlobStore } from "@/server/storage/blob-store";
import { type Facts, runCommitOf } from "./facts";

const VERDICT_WORDS: Record<string, string> = {
  better: "Better",
  worse: "Worse",
  not_enough_evidence: "Not enough evidence",
  not_measured: "Not measured",
};

export type GoldenAnswer = { rendered?: string; rendered_sha256: string; text: string };

const sha256 = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");

/** The checks that need no runner. The verdict informs and never blocks; everything else must hold. */
export async function checkFiles(facts: Facts, blobs: BlobStore): Promise<PublicationCheck[]> {
  const { adapter, run, evaluation, sources } = facts;
  const weights = await blobs.get(adapter.sha256).catch(() => null);
  const config = await blobs.get(adapter.configSha256).catch(() => null);
  return [
    {
      name: "Measured",
      ok: true,
      detail: evaluation
        ? `Verdict: ${VERDICT_WORDS[evaluation.verdict] ?? evaluation.verdict}. It goes on the card as it is.`
        : "This adapter was not evaluated; the card says so.",
    },
    checkLicence(facts),
    {
      name: "Version on the chain",
      ok: sources.every(
        ({ snapshot, datanet }) => snapshot.status === "frozen" && datanet.chainDatanetId !== null,
      ),
      detail: sources
        .map(
          ({ snapshot, datanet }) =>
            `Version ${snapshot.number} of Datanet ${datanet.chainDatanetId ?? "?"} is committed.`,
        )
        .join(" "),
    },
    {
      name: "Run announced before training",
      ok: runCommitOf(facts) === run.runCommit,
      detail: "Salt, split, metric and hypothesis give the hash that was committed.",
    },
    {
      name: "Files intact",
      ok:
        weights !== null &&
        config !== null &&
        sha256(weights) === adapter.sha256 &&
        sha256(config) === adapter.configSha256,
      detail: `The weights were hashed again: ${adapter.sha256.slice(0, 12)}…`,
    },
  ];
}

/** Known, and nothing in it forbids to give the adapter away. */
export function checkLicence({ sources, licence }: Pick<Facts, "sources" | "licence">): PublicationCheck {
  const name = "Licence known";
  if (!licence.ok) return { name, ok: false, detail: licence.message };
  const clause = sharingClause(licence.licence);
  if (clause) return { name, ok: false, detail: `Nothing made from these data may be published: ${clause}.` };
  return {
    name,
    ok: sources.every(({ datanet }) => !["", "NOASSERTION"].includes(datanet.licence)),
    detail: licenceSentence(sources, licence.licence),
  };
}

const licenceSentence = (sources: Facts["sources"], licence: string): string =>
  sources.length === 1
    ? `The data are under ${licence}; the adapter inherits it.`
    : `The data are under ${[...new Set(sources.map(({ datanet }) => datanet.licence))].join(", ")}; the adapter inherits the strictest, ${licence}.`;

/** The re-loaded adapter must give the very answers it gave when it was evaluated. */
export async function checkGolden(
  expected: GoldenAnswer[],
  generated: RunnerRun,
  readArtifact: (sha256: string) => Promise<Buffer>,
): Promise<PublicationCheck> {
  const name = "Golden answers equal";
  if (generated.status !== "succeeded") {
    const why = generated.error?.message ?? `the run ended as ${generated.status}`;
    return { name, ok: false, detail: `The adapter could not be loaded again: ${why}` };
  }
  const artifact = generated.artifacts["generations.json"];
  const answers = artifact
    ? (JSON.parse((await readArtifact(artifact)).toString("utf8")) as { text: string }[])
    : [];
  const equal = expected.filter((golden, i) => answers[i]?.text === golden.text).length;
  return {
    name,
    ok: expected.length > 0 && equal === expected.length,
    detail: `${equal} of ${expected.length} answers of the re-loaded adapter are the same to the letter.`,
  };
}

export const canonicalBytes = (value: unknown) => canonicalize(value)!;

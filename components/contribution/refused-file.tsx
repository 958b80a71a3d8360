"use client";
import { ErrorCallout } from "../common/error-callout";
import { Button, LinkButton } from "../ui/button";
import { Callout } from "../ui/callout";
import type { Contribution } from "./contribution-screen";
import { useRemap } from "./use-remap";
import { isAnswerable } from "./words";

/** These were no fault of the file, or of a limit that another try may keep. */
const WORTH_ANOTHER_TRY = ["PARSE_CRASHED", "PARSE_TIMEOUT", "FILE_UNREADABLE"];

/** The whole file was refused: why, and every way on. */
export function RefusedFile({ contribution }: { contribution: Contribution }) {
  const remap = useRemap(contribution.id);
  const { problem, inspection } = contribution;
  const encoding = confirmableEncoding(contribution);
  const isAboutHeadings = inspection?.questions.some(({ role }) => role === "headings");
  const again = (chosen: { encoding?: string; useHeadings?: boolean } = {}) =>
    remap.mutate({ contributionId: contribution.id, mapping: contribution.mapping ?? {}, ...chosen });
  return (
    <div className="grid gap-4">
      <Callout
        tone={isAnswerable(problem?.code) ? "warn" : "error"}
        title={problem?.message ?? "The file could not be read."}
        action={
          <>
            {encoding ? (
              <Button size="sm" isBusy={remap.isPending} onClick={() => again({ encoding })}>
                It is {encoding}: read it so
              </Button>
            ) : null}
            {isAboutHeadings ? (
              <Button size="sm" isBusy={remap.isPending} onClick={() => again({ useHeadings: true })}>
                Use headings as prompts
              </Button>
            ) : null}
            {problem && WORTH_ANOTHER_TRY.includes(problem.code) ? (
              <Button size="sm" isBusy={remap.isPending} onClick={() => again()}>
                Try again
              </Button>
            ) : null}
            <LinkButton size="sm" href={`/datanets/${contribution.datanetId}/contribute`}>
              Upload another file
            </LinkButton>
          </>
        }
      >
        <p>{problem?.fix}</p>
        {problem?.code === "COLUMN_MISSING" && inspection ? (
          <p className="mt-1">Choose the columns below and the file is read again; nothing is lost.</p>
        ) : null}
      </Callout>
      <ErrorCallout error={remap.error} />
    </div>
  );
}

/** The encoding that was guessed, where it is one that can be read. "ISO-8859-1 (Latin-1)" is shown with its other name. */
function confirmableEncoding({ inspection }: Contribution): string | undefined {
  const question = inspection?.questions.find(({ role }) => role === "encoding");
  const name = question?.options[0]?.split(" ")[0];
  if (!name) return undefined;
  try {
    new TextDecoder(name);
    return name;
  } catch {
    return undefined;
  }
}

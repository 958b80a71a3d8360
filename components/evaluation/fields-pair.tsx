import { StatusBadge } from "@/components/common/status-badge";
import { Table, Td, Th } from "@/components/ui/table";
import { readFields } from "@/server/datanet/words";
import type { Items } from "./side-by-side";

type Item = Items["items"][number];
type Said = Item["base"];

/** One text with the fields that are right and those that each answer gave; a wrong one is struck through and says so. */
export function FieldsPair({ item, names }: { item: Item; names: [string, string] }) {
  const right = readFields(item.expected[0] ?? "") ?? [];
  const answers = [item.base, item.tuned];
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-2 py-3">
      <p className="max-w-reading break-words whitespace-pre-wrap">{item.prompt}</p>
      <Table caption="The fields of this text">
        <thead>
          <tr>
            <Th>Field</Th>
            <Th>Right</Th>
            {answers.map((answer, i) => (
              <Th key={names[i]}>
                <span className="flex flex-wrap items-center gap-2">
                  {names[i]}
                  <StatusBadge
                    tone={answer.correct ? "good" : "bad"}
                    label={answer.correct ? "all right" : answer.isInForm ? "wrong" : "not in the form"}
                  />
                </span>
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {right.map(([field, value]) => (
            <tr key={field}>
              <Td className="text-muted">{field}</Td>
              <Td className="break-words">{value || "(empty)"}</Td>
              {answers.map((answer, i) => (
                <Td key={names[i]} className="break-words">
                  <Given answer={answer} field={field} />
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      {answers.map((answer, i) =>
        answer.isInForm ? null : (
          <p key={names[i]} className="text-sm text-muted">
            {names[i]} wrote:{" "}
            <span className="font-mono break-all whitespace-pre-wrap">{answer.text || "(nothing)"}</span>
          </p>
        ),
      )}
    </li>
  );
}

function Given({ answer, field }: { answer: Said; field: string }) {
  const found = readFields(answer.text)?.find(([name]) => name === field);
  if (!found) return <span className="text-muted">–</span>;
  const value = found[1] || "(empty)";
  if (answer.fields?.[field]) return value;
  return (
    <>
      <span className="sr-only">Wrong: </span>
      <span className="bg-bad-soft line-through decoration-bad-mark">{value}</span>
    </>
  );
}

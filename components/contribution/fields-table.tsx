import { readFields } from "@/server/datanet/words";
import { VisibleText } from "./visible-text";

/** What a row or a model answers: extracted fields as a small table, anything else as its text. */
export function AnswerText({ goal, text }: { goal: string; text: string }) {
  const fields = goal === "fields" ? readFields(text) : null;
  return fields && fields.length > 0 ? <FieldsTable fields={fields} /> : <VisibleText text={text} />;
}

/** Names and values; a field that the text does not hold says so. */
export function FieldsTable({ fields }: { fields: readonly (readonly [name: string, value: string])[] }) {
  return (
    <table className="text-left text-base">
      <caption className="sr-only">Fields</caption>
      <tbody>
        {fields.map(([name, value]) => (
          <tr key={name}>
            <th
              scope="row"
              className="py-0.5 pr-4 align-top text-sm font-normal whitespace-nowrap text-muted"
            >
              <VisibleText text={name} />
            </th>
            <td className="py-0.5 align-top break-words">
              {value === "" ? <span className="text-muted">(empty)</span> : <VisibleText text={value} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

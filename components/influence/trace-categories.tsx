import { personName } from "@/components/account/person";
import { ChartFrame } from "@/components/common/chart-frame";
import { formatCount, formatSigned } from "@/components/common/numbers";
import { Table, Td, Th } from "@/components/ui/table";
import type { TraceResult } from "./trace-panel";

/** The strongest tint, in percent of the colour. */
const MOST_TINT = 30;

/** What each contributor's rows did to each category's questions, traced; tinted by size, each with its number. */
export function TraceCategories({ result }: { result: TraceResult }) {
  const { categories, contributors } = result;
  if (categories.length < 2) return null;
  const people = contributors.map((person) => ({ ...person, label: personName(person) }));
  const largest = Math.max(...people.flatMap((person) => Object.values(person.categories).map(Math.abs)));
  const head = (id: string, items: number) => `${id} (${formatCount(items)})`;
  return (
    <ChartFrame
      title="Traced influence by contributor and category"
      summary="Columns are the categories of the sealed questions, with how many there are. Blue and above zero: these rows helped there; red and below: they hurt. Few questions say little."
      columns={[
        { key: "label", label: "Contributor" },
        ...categories.map(({ id, items }) => ({ key: id, label: head(id, items), isNumeric: true })),
      ]}
      rows={people.map(({ label, categories: values }) => ({
        label,
        ...Object.fromEntries(
          Object.entries(values).map(([id, value]) => [id, Number(value.toPrecision(3))]),
        ),
      }))}
    >
      <Table caption="Traced influence by contributor and category, tinted">
        <thead>
          <tr>
            <Th>Contributor</Th>
            {categories.map(({ id, items }) => (
              <Th key={id} isNumeric>
                {head(id, items)}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map(({ id, label, categories: values }) => (
            <tr key={id}>
              <Td className="max-w-40 truncate">{label}</Td>
              {categories.map((category) => {
                const value = values[category.id] ?? 0;
                return (
                  <Td key={category.id} isNumeric style={{ background: tint(value, largest) }}>
                    {formatSigned(Number(value.toPrecision(2)))}
                  </Td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </Table>
    </ChartFrame>
  );
}

function tint(value: number, largest: number): string {
  const share = largest > 0 ? Math.round((Math.abs(value) / largest) * MOST_TINT) : 0;
  return `color-mix(in oklab, var(${value < 0 ? "--bad-mark" : "--info-mark"}) ${share}%, transparent)`;
}

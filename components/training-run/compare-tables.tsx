import { personName } from "@/components/account/person";
import { formatCount } from "@/components/common/numbers";
import { Table, Td, Th } from "@/components/ui/table";
import { type Comparison, settingName, settingValue } from "./compare-words";

/** What was different about two runs before their first step: data and settings. */
export function CompareTables({ compared }: { compared: Comparison }) {
  const { settings, people } = compared;
  const versions = versionsDiffering(compared);
  const elsewhere = [compared.a, compared.b].filter(({ kind }) => kind === "measure").length;
  if (elsewhere > 0) {
    return (
      <section>
        <h2 className="text-lg">What was different</h2>
        <p className="mt-1 max-w-reading">
          {elsewhere === 1 ? "One of the two adapters was" : "Both adapters were"} made elsewhere: with which
          rows and settings is not known here.
        </p>
      </section>
    );
  }
  if (settings.length + people.length + versions.length === 0) {
    return (
      <section>
        <h2 className="text-lg">What was different</h2>
        <p className="mt-1 max-w-reading">
          Nothing: the same rows, the same settings and the same seed. Such runs make the same adapter.
        </p>
      </section>
    );
  }
  return (
    <section className="grid grid-cols-1 gap-6">
      <h2 className="text-lg">What was different</h2>
      <Differing
        caption="Settings"
        column="Setting"
        rows={settings.map(({ name, a, b }) => [
          settingName(name),
          settingValue(name, a),
          settingValue(name, b),
        ])}
        none="The settings are the same."
      />
      <Differing
        caption="Datanets"
        column="Datanet"
        rows={versions}
        none="Both were trained on the same versions."
      />
      <Differing
        caption="Rows trained on, by contributor"
        column="Contributor"
        rows={people.map((person) => [personName(person), formatCount(person.a), formatCount(person.b)])}
        none="Both were trained on the same number of rows of everyone."
        isNumeric
      />
    </section>
  );
}

/** Datanets of which the two runs read another version, or only one read any. */
function versionsDiffering({ a, b }: Comparison): [string, string, string][] {
  const all = new Map([...a.sources, ...b.sources].map((source) => [source.datanetId, source.name]));
  const version = (run: Comparison["a"], id: string) => {
    const source = run.sources.find(({ datanetId }) => datanetId === id);
    return source ? `version ${source.version}` : "not in it";
  };
  return [...all]
    .map(([id, name]): [string, string, string] => [name, version(a, id), version(b, id)])
    .filter(([, first, second]) => first !== second);
}

type DifferingProps = {
  caption: string;
  column: string;
  rows: (readonly [string, string, string])[];
  none: string;
  isNumeric?: boolean;
};

function Differing({ caption, column, rows, none, isNumeric }: DifferingProps) {
  return (
    <div>
      <h3 className="mb-1">{caption}</h3>
      {rows.length === 0 ? (
        <p className="text-muted">{none}</p>
      ) : (
        <Table caption={caption} className="max-w-3xl">
          <thead>
            <tr>
              <Th>{column}</Th>
              <Th isNumeric={isNumeric}>First</Th>
              <Th isNumeric={isNumeric}>Second</Th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, first, second]) => (
              <tr key={name}>
                <Td>{name}</Td>
                <Td isNumeric={isNumeric}>{first}</Td>
                <Td isNumeric={isNumeric}>{second}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </div>
  );
}

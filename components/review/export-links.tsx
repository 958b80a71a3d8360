import { LinkButton } from "../ui/button";

const EXPORTS = [
  { name: "rows.jsonl", label: "Accepted rows, JSONL", isForMembers: false },
  { name: "rows.parquet", label: "Accepted rows, Parquet", isForMembers: false },
  { name: "reviews.csv", label: "Decisions, CSV", isForMembers: true },
  { name: "argilla.json", label: "Records for Argilla, JSON", isForMembers: true },
] as const;

/** Files of a Datanet, made when they are asked for. */
export function ExportLinks({ datanetId, isMember }: { datanetId: string; isMember: boolean }) {
  return (
    <section className="grid gap-3">
      <h2 className="text-lg">Take it with you</h2>
      <p className="max-w-reading text-sm text-muted">
        Each row says who gave it, in which file and row, how many decisions it rests on and which version it
        is in. Rows of a test stay sealed and are left out.
      </p>
      <div className="flex flex-wrap gap-2">
        {EXPORTS.filter(({ isForMembers }) => isMember || !isForMembers).map(({ name, label }) => (
          <LinkButton key={name} size="sm" href={`/api/datanets/${datanetId}/export/${name}`} download>
            {label}
          </LinkButton>
        ))}
      </div>
    </section>
  );
}

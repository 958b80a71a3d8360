import { personName } from "@/components/account/person";
import { formatSigned } from "@/components/common/numbers";
import type { Influence } from "./influence-section";

type Example = Influence["examples"]["helped"][number];

/** A few rows that helped and that hurt, chosen to differ from each other, each with a question it acted on. */
export function InfluenceExamples({ examples }: { examples: Influence["examples"] }) {
  if (examples.helped.length + examples.hurt.length === 0) return null;
  return (
    <div className="grid grid-cols-1 gap-8 md:grid-cols-2">
      <Examples title="Rows that helped on shown questions" items={examples.helped} verb="helped on" />
      <Examples title="Rows that hurt on shown questions" items={examples.hurt} verb="hurt on" />
    </div>
  );
}

function Examples({ title, items, verb }: { title: string; items: Example[]; verb: string }) {
  return (
    <div>
      <h3>{title}</h3>
      {items.length === 0 ? (
        <p className="mt-2 border-y border-line py-3 text-muted">None stood out.</p>
      ) : null}
      <ul className="mt-2 divide-y divide-line border-y border-line empty:hidden">
        {items.map((item) => (
          <li key={`${item.id}${item.question?.prompt ?? ""}`} className="py-2.5">
            <p className="break-words">
              {item.prompt} <span className="font-medium">→ {item.answer}</span>
            </p>
            <p className="num mt-0.5 text-sm text-muted">
              {personName(item)}, {formatSigned(item.value)} (estimate)
            </p>
            {item.question ? (
              <p className="mt-0.5 text-sm break-words text-muted">
                {verb} “{item.question.prompt}” (right: {item.question.answer})
              </p>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

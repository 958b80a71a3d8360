import { RulesNames, RulesText } from "../datanet/rules-text";
import type { RouterOutputs } from "../trpc/client";

type Datanet = RouterOutputs["review"]["queue"]["datanet"];

/** What a good row is: always beside the row. */
export function Guidelines({ datanet }: { datanet: Datanet }) {
  return (
    <aside
      aria-label="Guidelines"
      className="grid content-start gap-5 border-t border-line pt-5 lg:sticky lg:top-6 lg:max-h-[calc(100dvh-48px)] lg:self-start lg:overflow-y-auto lg:border-t-0 lg:border-l lg:pt-0 lg:pl-6"
    >
      <RulesText title="Guidelines" text={datanet.guidelines} />
      <RulesNames labels={datanet.labels} fields={datanet.fields} />
      <RulesText title="Purpose" text={datanet.purpose} />
    </aside>
  );
}

import type { Evaluation } from "./before-after";
import { CategoryForest } from "./category-forest";
import { FieldTable } from "./field-table";
import { LabelTable } from "./label-table";

/** The same result by field, by category and by label, where there are any. */
export function GroupTables({ evaluation }: { evaluation: Evaluation }) {
  const { arms, categories, fields } = evaluation;
  return (
    <div className="grid grid-cols-1 gap-8">
      {fields ? <FieldTable evaluation={evaluation} /> : null}
      {categories.length > 0 ? <CategoryForest categories={categories} /> : null}
      {arms.base?.perLabel && arms.tuned?.perLabel ? (
        <LabelTable before={arms.base.perLabel} after={arms.tuned.perLabel} />
      ) : null}
    </div>
  );
}

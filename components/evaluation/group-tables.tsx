import type { Evaluation } from "./before-after";
import { CategoryTable } from "./category-table";
import { FieldTable } from "./field-table";
import { LabelTable } from "./label-table";

/** The same result by label, by field and by category, where there are any and the categories are not the labels again. */
export function GroupTables({ evaluation }: { evaluation: Evaluation }) {
  const { arms, categories, fields } = evaluation;
  const labels = arms.base?.perLabel && arms.tuned?.perLabel ? arms.base.perLabel : null;
  const areLabels = labels !== null && categories.every(({ category }) => category in labels);
  return (
    <>
      {fields ? <FieldTable evaluation={evaluation} /> : null}
      {arms.base?.perLabel && arms.tuned?.perLabel ? (
        <LabelTable before={arms.base.perLabel} after={arms.tuned.perLabel} />
      ) : null}
      {categories.length > 0 && !areLabels ? <CategoryTable categories={categories} /> : null}
    </>
  );
}

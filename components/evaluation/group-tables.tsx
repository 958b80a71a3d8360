import type { Evaluation } from "./before-after";
import { CategoryTable } from "./category-table";
import { LabelTable } from "./label-table";

/** The same result by label and by category, where there are any and the categories are not the labels again. */
export function GroupTables({ evaluation: { arms, categories } }: { evaluation: Evaluation }) {
  const labels = arms.base?.perLabel && arms.tuned?.perLabel ? arms.base.perLabel : null;
  const areLabels = labels !== null && categories.every(({ category }) => category in labels);
  return (
    <>
      {arms.base?.perLabel && arms.tuned?.perLabel ? (
        <LabelTable before={arms.base.perLabel} after={arms.tuned.perLabel} />
      ) : null}
      {categories.length > 0 && !areLabels ? <CategoryTable categories={categories} /> : null}
    </>
  );
}

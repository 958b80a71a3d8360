import { PageHeader } from "../common/page-header";
import { SampleStart } from "../sample/sample-start";
import { LinkButton } from "../ui/button";
import { CataloguePreview } from "./catalogue-preview";

const STEPS = [
  [
    "Bring examples",
    "Drop a file of questions and answers into a Datanet. Every bad row is named, none is dropped silently.",
  ],
  ["Review", "Other experts accept or reject each row. Nobody reviews their own."],
  [
    "Freeze and train",
    "A version is fixed for good, a test is locked away, and one button trains a small adapter.",
  ],
  [
    "See whether it got better",
    "Before and after on the locked test, with its interval, what got worse, and whose data helped.",
  ],
  [
    "Publish",
    "A wallet signature puts the adapter's hashes on the chain, where anyone can check them again.",
  ],
] as const;

export function Landing() {
  return (
    <>
      <PageHeader
        title="Build a small model together, and see whose examples made it better"
        sentence="People who know a field pool examples, review each other’s, and train an adapter on them. What changed is measured with its error stated, and anyone can recompute it."
        action={
          <>
            <SampleStart />
            <LinkButton href="/datanets/new">Create a Datanet</LinkButton>
          </>
        }
      />
      <h2 className="sr-only">How it goes</h2>
      <ol className="mb-12 grid border-y border-line sm:grid-cols-5 sm:divide-x sm:divide-line">
        {STEPS.map(([title, body], index) => (
          <li
            key={title}
            className="grid grid-cols-[24px_1fr] border-line py-3 not-last:border-b sm:block sm:px-4 sm:py-5 sm:not-last:border-b-0 sm:first:pl-0 sm:last:pr-0"
          >
            <p className="num text-muted">{index + 1}</p>
            <div>
              <h3 className="sm:mt-1">{title}</h3>
              <p className="mt-0.5 text-sm text-muted">{body}</p>
            </div>
          </li>
        ))}
      </ol>
      <CataloguePreview />
    </>
  );
}

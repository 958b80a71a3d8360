import { Fragment } from "react";
import { Link } from "@/components/ui/link";
import type { Run } from "./run-words";

/** The Datanets and versions that a run reads, each a link. */
export function RunSources({ sources }: Pick<Run, "sources">) {
  return sources.map(({ snapshotId, datanetId, name, version }, i) => (
    <Fragment key={snapshotId}>
      {i > 0 ? " and " : null}
      <Link className="link" href={`/datanets/${datanetId}`}>
        {name}
      </Link>
      {", "}
      <Link className="link" href={`/versions/${snapshotId}`}>
        version {version}
      </Link>
    </Fragment>
  ));
}

import type { Metadata } from "next";
import { Prefetch, readTitle } from "@/app/prefetch";
import { VersionScreen } from "@/components/snapshot/version-screen";

type Props = { params: Promise<{ snapshotId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const id = await params;
  return {
    title: await readTitle(async (trpc, fetch) => {
      const version = await fetch(trpc.snapshot.get.queryOptions(id));
      return `${version.datanet.name}, version ${version.number}`;
    }, "Version"),
  };
}

export default async function VersionPage({ params }: Props) {
  const { snapshotId } = await params;
  return (
    <Prefetch queries={(trpc) => [trpc.snapshot.get.queryOptions({ snapshotId })]}>
      <VersionScreen snapshotId={snapshotId} />
    </Prefetch>
  );
}

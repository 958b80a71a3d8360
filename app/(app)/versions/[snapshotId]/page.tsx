import type { Metadata } from "next";
import { VersionScreen } from "@/components/snapshot/version-screen";

export const metadata: Metadata = { title: "Version" };

export default async function VersionPage({ params }: { params: Promise<{ snapshotId: string }> }) {
  return <VersionScreen snapshotId={(await params).snapshotId} />;
}

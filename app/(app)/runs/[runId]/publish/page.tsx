import type { Metadata } from "next";
import { PublishPage } from "@/components/publication/publish-page";

export const metadata: Metadata = { title: "Publish" };

export default async function Page({ params }: { params: Promise<{ runId: string }> }) {
  return <PublishPage runId={(await params).runId} />;
}

import type { Metadata } from "next";
import { ContributionScreen } from "@/components/contribution/contribution-screen";

export const metadata: Metadata = { title: "Contribution" };

export default async function Page({ params }: { params: Promise<{ contributionId: string }> }) {
  return <ContributionScreen contributionId={(await params).contributionId} />;
}

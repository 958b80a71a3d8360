import type { Metadata } from "next";
import { ContributeScreen } from "@/components/contribution/contribute-screen";

export const metadata: Metadata = { title: "Contribute" };

type Props = {
  params: Promise<{ datanetId: string }>;
  searchParams: Promise<{ task?: string | string[] }>;
};

export default async function Page({ params, searchParams }: Props) {
  const { datanetId } = await params;
  const { task } = await searchParams;
  return <ContributeScreen datanetId={datanetId} taskId={typeof task === "string" ? task : null} />;
}

import type { Metadata } from "next";
import { TrainScreen } from "@/components/training-run/train-screen";

export const metadata: Metadata = { title: "Train" };

type Props = {
  params: Promise<{ datanetId: string }>;
  searchParams: Promise<{ version?: string | string[] }>;
};

export default async function TrainPage({ params, searchParams }: Props) {
  const { datanetId } = await params;
  const { version } = await searchParams;
  return <TrainScreen datanetId={datanetId} version={typeof version === "string" ? version : null} />;
}

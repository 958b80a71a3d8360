import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { CompareChoose } from "@/components/training-run/compare-choose";
import { CompareScreen } from "@/components/training-run/compare-screen";
import { MEASURED } from "@/components/training-run/measured";

export const metadata: Metadata = { title: "Compare two runs" };

type Props = { searchParams: Promise<{ a?: string | string[]; b?: string | string[] }> };

export default async function ComparePage({ searchParams }: Props) {
  const query = await searchParams;
  const [a, b] = [query.a, query.b].map((id) => (typeof id === "string" && id ? id : null));
  if (!a || !b) {
    return (
      <Prefetch queries={(trpc) => [trpc.trainingRun.list.queryOptions(MEASURED)]}>
        <CompareChoose a={a ?? null} b={b ?? null} />
      </Prefetch>
    );
  }
  return (
    <Prefetch queries={(trpc) => [trpc.trainingRun.compare.queryOptions({ a, b })]}>
      <CompareScreen a={a} b={b} />
    </Prefetch>
  );
}

import { Landing } from "@/components/datanet/landing";
import { Prefetch } from "../prefetch";

export default function LandingPage() {
  return (
    <Prefetch
      queries={(trpc) => [trpc.datanet.list.queryOptions({ limit: 3 }), trpc.sample.list.queryOptions()]}
    >
      <Landing />
    </Prefetch>
  );
}

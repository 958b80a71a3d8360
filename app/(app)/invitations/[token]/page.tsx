import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { InvitationScreen } from "@/components/invitation/invitation-screen";

/** The address is the key, so it goes to no other site and into no index. */
export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer", robots: { index: false } };

type Props = { params: Promise<{ token: string }> };

export default async function InvitationPage({ params }: Props) {
  const { token } = await params;
  return (
    <Prefetch queries={(trpc) => [trpc.invitation.get.queryOptions({ token })]}>
      <InvitationScreen token={token} />
    </Prefetch>
  );
}

"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { NoticeBell } from "../notice/notice-bell";
import { useTRPC } from "../trpc/client";
import { useAccount } from "../trpc/use-account";
import { LinkButton } from "../ui/button";
import { Menu } from "../ui/menu";
import { Skeleton } from "../ui/skeleton";
import { personName } from "./person";
import { useSignInHref } from "./use-sign-in-href";

export function AccountMenu() {
  const trpc = useTRPC();
  const router = useRouter();
  const pathname = usePathname();
  const signInHref = useSignInHref();
  const queryClient = useQueryClient();
  const { account, isLoading } = useAccount();
  const signOut = useMutation(
    trpc.account.signOut.mutationOptions({
      onSettled: async () => {
        await queryClient.invalidateQueries();
        router.push("/");
      },
    }),
  );

  if (isLoading) return <Skeleton className="h-7 w-20" />;
  if (!account) {
    const comesBack = pathname !== "/" && pathname !== "/sign-in";
    return (
      <LinkButton href={comesBack ? signInHref : "/sign-in"} size="sm">
        Sign in
      </LinkButton>
    );
  }
  const name = personName(account);
  return (
    <>
      <NoticeBell />
      <Menu
        label={`Account of ${name}`}
        size="sm"
        trigger={
          <>
            <span className={account.name ? "max-w-20 truncate sm:max-w-32" : "font-mono"}>{name}</span>
            <ChevronDown aria-hidden="true" className="size-3.5 text-muted" />
          </>
        }
        items={[
          { label: "Account", href: "/account" },
          { label: "Sign out", onSelect: () => signOut.mutate(), isSeparated: true },
        ]}
      />
    </>
  );
}

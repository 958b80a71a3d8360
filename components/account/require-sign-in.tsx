"use client";
import type { ReactNode } from "react";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { useAccount } from "../trpc/use-account";
import { LinkButton } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { useSignInHref } from "./use-sign-in-href";

/** For screens that only make sense with an account. `purpose` completes "Sign in to ...". The server checks again. */
export function RequireSignIn({ purpose, children }: { purpose: string; children: ReactNode }) {
  const signInHref = useSignInHref();
  const { account, isLoading, error, refetch } = useAccount();
  if (isLoading) return <Skeleton className="h-40" />;
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (account) return children;
  return (
    <EmptyState
      title={`Sign in to ${purpose}`}
      body="It takes one signature by a wallet and costs nothing. You come back to this page."
      action={
        <LinkButton variant="primary" href={signInHref}>
          Sign in
        </LinkButton>
      }
    />
  );
}

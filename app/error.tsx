"use client";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <>
      <PageHeader title="This page could not be shown" />
      <ErrorCallout
        error={{
          message: "Something in this page failed.",
          fix: "What you saved is kept. Try again; if it happens again, report it.",
          requestId: error.digest,
        }}
        onRetry={reset}
      />
    </>
  );
}

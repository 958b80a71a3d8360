"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { shownError } from "@/components/common/shown-error";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import type { AccessRule } from "@/db/schema/datanet.constants";

type JoinButtonProps = { datanetId: string; name: string; contributeAccess: AccessRule };

/** Joins a Datanet where something else needs it: one click, and everything shown is asked again. */
export function JoinButton({ contributeAccess, ...datanet }: JoinButtonProps) {
  if (contributeAccess === "everyone") return <OneClick {...datanet} />;
  return <span className="text-sm text-muted">{`Only who is invited may join ${datanet.name}.`}</span>;
}

function OneClick({ datanetId, name }: Omit<JoinButtonProps, "contributeAccess">) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const join = useMutation(
    trpc.datanet.join.mutationOptions({ onSuccess: () => queryClient.invalidateQueries() }),
  );
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-2">
      <Button
        size="sm"
        className="max-w-full"
        title="It says that you accept its rules."
        isBusy={join.isPending}
        busyLabel="Joining…"
        onClick={() => join.mutate({ datanetId })}
      >
        <span className="truncate">Join {name}</span>
      </Button>
      {join.error ? (
        <span role="alert" className="text-sm text-bad">
          {shownError(join.error).message}
        </span>
      ) : null}
    </span>
  );
}

"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { CreateDatanetInput } from "@/server/datanet/schemas";
import { RequireSignIn } from "../account/require-sign-in";
import { ErrorCallout } from "../common/error-callout";
import { PageHeader } from "../common/page-header";
import { useTRPC } from "../trpc/client";
import { LinkButton } from "../ui/button";
import { Callout } from "../ui/callout";
import { CreateDatanetForm } from "./create-datanet-form";
import { type DatanetDraft, EMPTY_DRAFT, fieldErrors, toInput } from "./datanet-draft";
import { RegisterPanel } from "./register-panel";
import { useDraft } from "./use-draft";

export function CreateDatanetScreen() {
  return (
    <div className="max-w-180">
      <PageHeader
        title="Create a Datanet"
        sentence="Say what the model should do and what a good example is. The goal and its measure are fixed now, before any result exists."
      />
      <RequireSignIn purpose="create a Datanet">
        <CreateDatanet />
      </RequireSignIn>
    </div>
  );
}

function CreateDatanet() {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [draft, change, clear] = useDraft<DatanetDraft>("modelfactory.draft.datanet", EMPTY_DRAFT);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [createdId, setCreatedId] = useState<string | null>(null);
  const create = useMutation(
    trpc.datanet.create.mutationOptions({
      onSuccess: ({ datanetId }) => {
        setCreatedId(datanetId);
        clear();
        queryClient.invalidateQueries();
      },
    }),
  );

  if (createdId) {
    const open = () => router.push(`/datanets/${createdId}`);
    return (
      <div className="grid gap-5">
        <Callout
          tone="success"
          title={`“${draft.name.trim()}” is saved`}
          action={
            <LinkButton size="sm" href={`/datanets/${createdId}`}>
              Open the Datanet
            </LinkButton>
          }
        >
          Registering it can also be done later, from its own page.
        </Callout>
        <RegisterPanel datanetId={createdId} isAutoStarted onIncluded={open} />
      </div>
    );
  }

  /** A sentence about a field goes away with the first key typed in it. */
  const edit = (part: Partial<DatanetDraft>) => {
    change(part);
    setErrors((current) => Object.fromEntries(Object.entries(current).filter(([name]) => !(name in part))));
  };
  const submit = () => {
    const parsed = CreateDatanetInput.safeParse(toInput(draft));
    if (!parsed.success) {
      setErrors(fieldErrors(parsed.error.issues));
      return;
    }
    setErrors({});
    create.mutate(parsed.data);
  };
  return (
    <CreateDatanetForm
      draft={draft}
      errors={errors}
      onChange={edit}
      onSubmit={submit}
      isBusy={create.isPending}
    >
      <ErrorCallout error={create.error} />
    </CreateDatanetForm>
  );
}

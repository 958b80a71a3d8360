"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useMemo, useState } from "react";
import { personName } from "../account/person";
import { type Column, DataTable } from "../common/data-table";
import { ErrorCallout } from "../common/error-callout";
import { HashLink } from "../common/hash-link";
import { StatusBadge } from "../common/status-badge";
import { TimeAgo } from "../common/time-ago";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import type { DatanetDetails } from "./datanet-screen";

export type Member = RouterOutputs["datanet"]["members"][number];

/** Wallet code is loaded only once the owner changes a role. */
const GrantDialog = dynamic(() => import("./grant-dialog").then((module) => module.GrantDialogWithWallet));

const RemoveMemberDialog = dynamic(() =>
  import("./remove-member-dialog").then((module) => module.RemoveMemberDialogWithWallet),
);

const POLL_MS = 3_000;
/** The chain does not say yet what was decided here. */
const isOnItsWay = (member: Member) => member.isValidator !== member.isValidatorOnChain;

function roleOf(member: Member, isRegistered: boolean) {
  if (member.isOwner) return { tone: "neutral" as const, label: "Owner" };
  if (member.isValidator && member.isValidatorOnChain) return { tone: "good" as const, label: "Validator" };
  if (member.isValidator) {
    return {
      tone: "warn" as const,
      label: isRegistered ? "Validator, not yet on the chain" : "Validator, here only",
    };
  }
  if (member.isValidatorOnChain)
    return { tone: "warn" as const, label: "Member, still validator on the chain" };
  return { tone: "neutral" as const, label: "Member" };
}

export function MemberTable({ datanet }: { datanet: DatanetDetails }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.datanet.members.queryOptions(
      { datanetId: datanet.id },
      { refetchInterval: ({ state }) => (state.data?.some(isOnItsWay) ? POLL_MS : false) },
    ),
  );
  const [chosen, setChosen] = useState<Member | null>(null);
  const [leaving, setLeaving] = useState<Member | null>(null);
  const isRegistered = datanet.chainDatanetId !== null;
  const isOwner = datanet.role.isOwner;
  const columns = useMemo(
    (): Column<Member>[] => [
      { key: "name", header: "Member", value: (row) => personName(row), className: "whitespace-nowrap" },
      { key: "address", header: "Address", cell: (row) => <HashLink value={row.address} label="address" /> },
      {
        key: "role",
        header: "Role",
        value: (row) => roleOf(row, isRegistered).label,
        cell: (row) => <StatusBadge {...roleOf(row, isRegistered)} />,
      },
      {
        key: "joined",
        header: "Joined",
        value: (row) => row.joinedAt,
        cell: (row) => <TimeAgo at={row.joinedAt} />,
      },
      ...(isOwner
        ? [
            {
              key: "action",
              header: "Change",
              isHeaderHidden: true,
              className: "text-right",
              cell: (row: Member) => (
                <MemberButtons
                  member={row}
                  onChoose={() => setChosen(row)}
                  onRemove={() => setLeaving(row)}
                />
              ),
            },
          ]
        : []),
    ],
    [isOwner, isRegistered],
  );
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {isOwner ? (
        <p className="max-w-reading text-muted">
          Validators review rows and approve versions. Ask someone to join this Datanet, then make them a
          validator here; the owner cannot be one.
        </p>
      ) : null}
      <DataTable
        caption="Members"
        columns={columns}
        rows={query.data ?? []}
        isLoading={query.isPending}
        getKey={(row) => row.accountId}
        filter={{ label: "Filter by name or address", text: (row) => `${row.name ?? ""} ${row.address}` }}
        empty={null}
      />
      {chosen ? <GrantDialog datanet={datanet} member={chosen} onClose={() => setChosen(null)} /> : null}
      {leaving ? (
        <RemoveMemberDialog datanet={datanet} member={leaving} onClose={() => setLeaving(null)} />
      ) : null}
    </div>
  );
}

type MemberButtonsProps = { member: Member; onChoose: () => void; onRemove: () => void };

function MemberButtons({ member, onChoose, onRemove }: MemberButtonsProps) {
  if (member.isOwner) return null;
  const name = personName(member);
  const isPending = isOnItsWay(member);
  const label = isPending ? "Tell the chain" : member.isValidator ? "Take role back" : "Make validator";
  return (
    <span className="flex flex-wrap justify-end gap-2">
      <Button size="sm" onClick={onChoose} aria-label={`${label}: ${name}`}>
        {label}
      </Button>
      <Button size="sm" onClick={onRemove} aria-label={`Remove: ${name}`}>
        Remove
      </Button>
    </span>
  );
}

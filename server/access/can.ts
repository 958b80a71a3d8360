import type { AccessRule } from "@/db/schema/datanet.constants";
import type { Actor } from "@/server/context";
import { AppError, notFound } from "@/server/errors";

/** What decides in one Datanet; `isValidator` is null for who has not joined it. */
export type DatanetFacts = {
  ownerId: string;
  readAccess: AccessRule;
  contributeAccess: AccessRule;
  isSample: boolean;
  isValidator: boolean | null;
};

/** A thing that somebody wants something of, as far as that decides. `facts.ts` reads it in one query. */
export type Resource = {
  /** What a refusal calls it. */
  what:
    | "Datanet"
    | "contribution"
    | "row"
    | "version"
    | "training run"
    | "adapter"
    | "comparison"
    | "judgement";
  /** Whose rows it holds or was made from; none for what no Datanet is known of. */
  datanets: readonly DatanetFacts[];
  /** Whose own it is: a contributor's rows, a builder's run or adapter, an asker's comparison. */
  makerId: string | null;
  /** Out of its maker's hands: rows that were submitted, an adapter that is published. */
  isOut: boolean;
};

/** A Datanet itself, where what decides was read along with it. */
export const datanetItself = (facts: DatanetFacts): Resource => ({
  what: "Datanet",
  datanets: [facts],
  makerId: null,
  isOut: false,
});

/** What an actor is to a thing. */
type Relation =
  | "reader"
  | "outsider of what is out"
  | "joiner"
  | "trainer"
  | "member"
  | "validator"
  | "owner"
  | "maker";

/** Each relation on its own; of several Datanets one has to be it in all of them. */
const IS: Record<Relation, (actor: Actor | null, resource: Resource) => boolean> = {
  /** May read every Datanet behind it. */
  reader: inAll((actor, datanet) => datanet.readAccess === "everyone" || hasJoined(actor, datanet)),
  /** Weights that the chain holds a record of are everybody's, whoever may read the rows behind them. */
  "outsider of what is out": (_actor, { what, isOut }) => what === "adapter" && isOut,
  joiner: inAll((actor, datanet) =>
    Boolean(actor && (datanet.contributeAccess === "everyone" || hasJoined(actor, datanet))),
  ),
  /** Of a sample anyone who is signed in: nobody is there to join. */
  trainer: inAll((actor, datanet) => hasJoined(actor, datanet) || (actor !== null && datanet.isSample)),
  member: inAll(hasJoined),
  validator: inAll((actor, datanet) => actor !== null && datanet.isValidator === true),
  owner: inAll((actor, datanet) => actor?.accountId === datanet.ownerId),
  maker: (actor, { makerId }) => actor !== null && makerId === actor.accountId,
};

function hasJoined(actor: Actor | null, datanet: DatanetFacts): boolean {
  return actor !== null && (datanet.isValidator !== null || actor.accountId === datanet.ownerId);
}

function inAll(is: (actor: Actor | null, datanet: DatanetFacts) => boolean) {
  return (actor: Actor | null, { datanets }: Resource) => datanets.every((datanet) => is(actor, datanet));
}

type Refusal = (resource: Resource) => AppError;
/** Any one of `who` is enough; `out` lets everybody in once the thing is out. */
type Rule = { who: readonly Relation[]; out?: true; refuse: Refusal };

const hidden: Refusal = ({ what }) => notFound(what);
const forbidden =
  (code: string, message: string, fix: string): Refusal =>
  () =>
    new AppError("FORBIDDEN", code, message, fix);

const notOwner = forbidden(
  "NOT_OWNER",
  "Only the Datanet's owner may do this.",
  "Ask the owner, or create a Datanet of your own.",
);
const notMember = forbidden(
  "NOT_MEMBER",
  "You have not joined this Datanet.",
  "Join it first; it is one click.",
);
const notInvited = forbidden(
  "NOT_INVITED",
  "Only who is invited may join this Datanet.",
  "Ask its owner for an invitation link.",
);
const notValidator = forbidden(
  "NOT_VALIDATOR",
  "Only validators of this Datanet may review.",
  "Ask its owner to grant you the validator role.",
);
const notBuilder = (message: string, fix: string) => forbidden("NOT_BUILDER", message, fix);

/** Who may do what. What is not here, nobody may do. */
const RULES = {
  "datanet.read": { who: ["reader"], refuse: hidden },
  "datanet.join": { who: ["joiner"], refuse: notInvited },
  "datanet.contribute": { who: ["member"], refuse: notMember },
  "datanet.train": { who: ["trainer"], refuse: notMember },
  "datanet.judge": { who: ["member"], refuse: notMember },
  "datanet.review": { who: ["validator"], refuse: notValidator },
  "datanet.manage": { who: ["owner"], refuse: notOwner },
  "contribution.read": { who: ["maker"], out: true, refuse: hidden },
  "contribution.change": { who: ["maker"], refuse: hidden },
  "run.read": { who: ["reader"], refuse: hidden },
  "run.change": {
    who: ["maker"],
    refuse: notBuilder(
      "Only the person who started this run may do this.",
      "Start a run of your own on the same version.",
    ),
  },
  "adapter.read": { who: ["reader"], out: true, refuse: hidden },
  "adapter.try": {
    who: ["maker"],
    out: true,
    refuse: forbidden(
      "NOT_PUBLISHED",
      "This adapter is not published, so only the person who trained it or brought it in may talk to it.",
      "Ask its builder to publish it; if it is yours, sign in.",
    ),
  },
  "adapter.export": {
    who: ["maker"],
    out: true,
    refuse: forbidden(
      "NOT_PUBLISHED",
      "Only its builder may make and take exports of an adapter that is not published.",
      "Ask the builder to publish it, or take the adapter itself from this page.",
    ),
  },
  "adapter.publish": {
    who: ["maker"],
    refuse: notBuilder(
      "Only the person who trained this adapter may publish it.",
      "Train a run of your own on the same version; it takes one click.",
    ),
  },
  "adapter.measure": {
    who: ["maker"],
    refuse: notBuilder(
      "Only the person who brought this adapter in may measure it.",
      "Bring in your own copy of the file; it is measured the same way.",
    ),
  },
  "comparison.decide": { who: ["maker"], refuse: hidden },
  "judgement.decide": { who: ["maker"], refuse: hidden },
} as const satisfies Record<string, Rule>;
export type Action = keyof typeof RULES;
export const ACTIONS = Object.keys(RULES) as Action[];

export type Answer = { isAllowed: true } | { isAllowed: false; why: AppError };

/**
 * Whether this actor may do this to this thing; for who may not even know of it, it does not exist. Default deny: an
 * action without a rule is refused, and so is everything that no relation of the rule allows.
 */
export function can(actor: Actor | null, action: Action, resource: Resource): Answer {
  const rule: Rule | undefined = Object.hasOwn(RULES, action) ? RULES[action] : undefined;
  const is = (relation: Relation) => IS[relation](actor, resource);
  const knowsOf = is("reader") || is("outsider of what is out");
  if (!rule || !knowsOf) return refused(hidden, resource);
  if ((rule.out && resource.isOut) || rule.who.some(is)) return { isAllowed: true };
  return refused(rule.refuse, resource);
}

const refused = (why: Refusal, resource: Resource): Answer => ({ isAllowed: false, why: why(resource) });

/** Throws why not. */
export function requireCan(actor: Actor | null, action: Action, resource: Resource): void {
  const answer = can(actor, action, resource);
  if (!answer.isAllowed) throw answer.why;
}

import type { AccessWorld } from "./test-world";

/**
 * What every procedure and route answers to whom: the test walks the router and app/api, and fails where one is missing
 * here. One line each: its row of answers, and the input for a world of `test-world.ts` ("own" is the contributor's
 * draft and the builder's run and adapter; to everybody else they are another's).
 */
export const ROLES = [
  "visitor",
  "stranger",
  "member",
  "validator",
  "owner",
  "contributor",
  "builder",
] as const;
export type Role = (typeof ROLES)[number];

/** "yes", or the code of the refusal, for each role. `inPrivate` where a private Datanet answers otherwise than usual. */
export type Row = { answers: Record<Role, string>; inPrivate: Record<Role, string> };

const row = (answers: string, inPrivate?: string): Row => {
  const split = (text: string) =>
    Object.fromEntries(text.split(" ").map((code, i) => [ROLES[i]!, code])) as Record<Role, string>;
  const usual = split(answers);
  const hide = (code: string) => (code === "SIGN_IN" ? code : "NOT_FOUND");
  const hidden = { ...usual, visitor: hide(usual.visitor), stranger: hide(usual.stranger) };
  return { answers: usual, inPrivate: inPrivate ? split(inPrivate) : hidden };
};
const YES = "yes yes yes yes yes yes yes";
const SIGNED = "SIGN_IN yes yes yes yes yes yes";

/** About no Datanet, or a list without what one may not read. */
const ANYONE = row(YES, YES);
const SIGNED_IN = row(SIGNED, SIGNED);
/** For outsiders of a private Datanet it does not exist. */
const READER = row(YES);
const JOINER = row(SIGNED);
const MEMBER = row("SIGN_IN NOT_MEMBER yes yes yes yes yes");
const OWNER = row("SIGN_IN NOT_OWNER NOT_OWNER NOT_OWNER yes NOT_OWNER NOT_OWNER");
const VALIDATOR = row("SIGN_IN NOT_VALIDATOR NOT_VALIDATOR yes NOT_VALIDATOR NOT_VALIDATOR NOT_VALIDATOR");
/** Of the contributor's own submitted row. */
const REVIEWER = row("SIGN_IN NOT_VALIDATOR NOT_VALIDATOR yes NOT_VALIDATOR OWN_ROW NOT_VALIDATOR");
const CONTRIBUTOR = row("SIGN_IN NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND yes NOT_FOUND");
const CONTRIBUTOR_READS = row("NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND yes NOT_FOUND");
const BUILDER = row("SIGN_IN NOT_BUILDER NOT_BUILDER NOT_BUILDER NOT_BUILDER NOT_BUILDER yes");
const BUILDER_ONLY = row("SIGN_IN NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND yes");
/** To an adapter that is not published. */
const TRIER = row("NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED yes");
const SIGNED_TRIER = row("SIGN_IN NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED yes");

/** None was made, so its builder is told that there is none. */
const EXPORTER = row(
  "NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_FOUND",
);
/** There is no record to compare with. */
const UNPUBLISHED = row(
  "NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED NOT_PUBLISHED",
);
const SUBJECT_OWNER = row("SIGN_IN NOT_FOUND NOT_FOUND NOT_FOUND yes NOT_FOUND NOT_FOUND");
/** Whoever holds the link is told which Datanet it opens. */
const LINK_HOLDER = ANYONE;

type Input = (w: AccessWorld) => unknown;
const none: Input = () => undefined;
const datanet: Input = ({ datanetId }) => ({ datanetId });
const run: Input = ({ runId }) => ({ runId });
const adapter: Input = ({ adapterId }) => ({ adapterId });
const versions: Input = ({ snapshotId }) => ({ snapshotIds: [snapshotId] });
const SIGNATURE = `0x${"1".repeat(130)}`;
const draft: Input = ({ draftId }) => ({ contributionId: draftId });
const submitted: Input = ({ contributionId }) => ({ contributionId });
const repair: Input = ({ draftId }) => ({ contributionId: draftId, code: "CONTROL_CHARS", action: "fix" });
const texts = { prompt: "a mended question", answer: "animal" };

export const PROCEDURES: Record<string, [row: Row, input: Input]> = {
  "account.me": [ANYONE, none],
  "account.nonce": [ANYONE, none],
  "account.signIn": [ANYONE, () => ({ message: "none", signature: "0x00" })],
  "account.signOut": [SIGNED_IN, none],
  "account.setName": [SIGNED_IN, () => ({ name: "Somebody" })],
  "account.sessions": [SIGNED_IN, none],
  "account.revokeSession": [SIGNED_IN, () => ({ sessionId: "0".repeat(16) })],
  "account.linked": [SIGNED_IN, none],
  "account.linkAddress": [SIGNED_IN, () => ({ message: "none", signature: "0x00" })],
  "account.fund": [SIGNED_IN, none],
  "adapter.list": [ANYONE, () => ({})],
  "adapter.get": [READER, adapter],
  "adapter.ofRun": [READER, run],
  "adapter.take": [READER, adapter],
  "adapter.importBases": [SIGNED_IN, none],
  "adapter.measurable": [SIGNED_IN, none],
  "adapter.startExport": [SIGNED_TRIER, ({ adapterId }) => ({ adapterId, format: "gguf" })],
  "adapter.recheck": [UNPUBLISHED, adapter],
  "chain.config": [ANYONE, none],
  "chain.submitted": [
    SUBJECT_OWNER,
    ({ datanetId }) => ({ hash: `0x${"2".repeat(64)}`, purpose: "datanet.create", subjectId: datanetId }),
  ],
  "chain.transaction": [ANYONE, ({ transactionHash }) => ({ hash: transactionHash })],
  "chain.transactionsOf": [ANYONE, ({ snapshotId }) => ({ subjectId: snapshotId })],
  "chat.options": [READER, adapter],
  "chat.machine": [ANYONE, none],
  "chat.nearest": [TRIER, ({ adapterId }) => ({ adapterId, prompt: "a round thing", answer: "animal" })],
  "comparison.tally": [TRIER, adapter],
  "comparison.decide": [
    row("SIGN_IN NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND yes"),
    ({ comparisonId }) => ({ comparisonId, vote: "a" }),
  ],
  "contribution.get": [CONTRIBUTOR_READS, ({ draftId }) => ({ contributionId: draftId })],
  "contribution.listForDatanet": [READER, datanet],
  "contribution.problems": [CONTRIBUTOR, ({ draftId }) => ({ contributionId: draftId })],
  "contribution.preview": [READER, ({ contributionId }) => ({ contributionId })],
  "contribution.remap": [
    CONTRIBUTOR,
    ({ draftId }) => ({ contributionId: draftId, mapping: { prompt: "q", answer: "a" } }),
  ],
  "contribution.submit": [
    CONTRIBUTOR,
    ({ draftId }) => ({ contributionId: draftId, licence: "CC-BY-4.0", isMineToGive: true }),
  ],
  "contribution.findings": [CONTRIBUTOR, draft],
  "contribution.duplicatePairs": [CONTRIBUTOR, draft],
  "contribution.repairs": [CONTRIBUTOR, draft],
  "contribution.repairPreview": [
    CONTRIBUTOR,
    ({ draftId }) => ({ contributionId: draftId, code: "CONTROL_CHARS", rows: null }),
  ],
  "contribution.repair": [CONTRIBUTOR, repair],
  "contribution.unrepair": [CONTRIBUTOR, repair],
  "contribution.unmend": [
    CONTRIBUTOR,
    ({ draftId }) => ({ contributionId: draftId, sha256: "0".repeat(64) }),
  ],
  "contribution.sentBack": [CONTRIBUTOR, submitted],
  "contribution.resubmitRow": [CONTRIBUTOR, ({ recordId }) => ({ recordId, texts })],
  "contribution.discard": [CONTRIBUTOR, ({ draftId }) => ({ contributionId: draftId })],
  "datanet.list": [ANYONE, () => ({})],
  "datanet.get": [READER, datanet],
  "datanet.members": [READER, datanet],
  "datanet.topicMap": [READER, datanet],
  "datanet.create": [
    SIGNED_IN,
    () => ({
      goal: "answer",
      name: "A new one",
      purpose: "To be made here.",
      guidelines: "What is right.",
      licence: "CC-BY-4.0",
    }),
  ],
  "datanet.join": [JOINER, datanet],
  "datanet.grant": [
    OWNER,
    ({ datanetId, memberId }) => ({ datanetId, accountId: memberId, isValidator: true }),
  ],
  "datanet.setAccess": [
    OWNER,
    ({ datanetId }) => ({ datanetId, readAccess: "invited", contributeAccess: "invited" }),
  ],
  "datanet.setGuidelines": [
    OWNER,
    ({ datanetId }) => ({ datanetId, guidelines: "Choose the label that fits." }),
  ],
  "datanet.setReviewRules": [
    OWNER,
    ({ datanetId }) => ({
      datanetId,
      doubleShare: 0.2,
      knownShare: 0.1,
      acceptableRate: 0.02,
      rejectableRate: 0.1,
    }),
  ],
  "datanet.removeMember": [OWNER, ({ datanetId, memberId }) => ({ datanetId, accountId: memberId })],
  "datanet.prepareRegister": [OWNER, datanet],
  "datanet.prepareGrant": [OWNER, ({ datanetId, memberId }) => ({ datanetId, accountId: memberId })],
  "guide.get": [ANYONE, none],
  "guide.mark": [SIGNED_IN, () => ({ mark: "looked" })],
  "guide.close": [SIGNED_IN, () => ({ isClosed: true })],
  "invitation.list": [OWNER, datanet],
  "invitation.get": [LINK_HOLDER, ({ token }) => ({ token })],
  "invitation.create": [OWNER, ({ datanetId }) => ({ datanetId, role: "member", uses: 1, days: 1 })],
  "invitation.accept": [SIGNED_IN, ({ token }) => ({ token })],
  "invitation.revoke": [OWNER, ({ invitationId }) => ({ invitationId })],
  "judgement.get": [READER, ({ judgedRunId }) => ({ runId: judgedRunId })],
  "judgement.claim": [MEMBER, ({ judgedRunId }) => ({ runId: judgedRunId })],
  "judgement.decide": [BUILDER_ONLY, ({ judgementId }) => ({ judgementId, preference: "a" })],
  "notice.list": [SIGNED_IN, () => ({})],
  "notice.unread": [ANYONE, none],
  "notice.read": [SIGNED_IN, () => ({})],
  "publication.ofAdapter": [READER, adapter],
  "publication.start": [BUILDER, ({ adapterId }) => ({ adapterId, name: "A name" })],
  "publication.prepare": [BUILDER, ({ publicationId }) => ({ publicationId })],
  "review.queue": [READER, datanet],
  "review.rules": [READER, datanet],
  "review.itemContext": [REVIEWER, ({ recordId }) => ({ recordId })],
  "review.search": [VALIDATOR, datanet],
  "review.facets": [VALIDATOR, datanet],
  "review.plan": [READER, submitted],
  "review.standing": [READER, datanet],
  "review.knownRate": [READER, datanet],
  "review.reviewers": [MEMBER, datanet],
  "review.timeline": [CONTRIBUTOR_READS, submitted],
  "review.refused": [CONTRIBUTOR_READS, submitted],
  "review.unsigned": [READER, datanet],
  "review.getSitting": [VALIDATOR, datanet],
  "review.signSitting": [
    VALIDATOR,
    ({ datanetId }) => ({
      datanetId,
      root: "0".repeat(64),
      madeAt: "1",
      decisions: 1,
      signature: SIGNATURE,
    }),
  ],
  "review.signedCover": [READER, ({ snapshotId }) => ({ snapshotId })],
  "review.known": [OWNER, datanet],
  "review.createKnown": [OWNER, ({ datanetId }) => ({ datanetId, right: 1, wrong: 0 })],
  "review.createKnownByHand": [
    OWNER,
    ({ datanetId }) => ({
      datanetId,
      prompt: "a question",
      answer: "plant",
      expected: "reject",
      explanation: "It is an animal.",
    }),
  ],
  "review.withdrawKnown": [SUBJECT_OWNER, ({ knownRecordId }) => ({ recordId: knownRecordId })],
  "review.claimNext": [VALIDATOR, datanet],
  "review.decide": [REVIEWER, ({ recordId }) => ({ recordId, decision: "accept" })],
  "review.decideMany": [
    VALIDATOR,
    ({ datanetId, recordId }) => ({ datanetId, recordIds: [recordId], decision: "accept" }),
  ],
  "review.saveDraft": [REVIEWER, ({ recordId }) => ({ recordId, draft: { kind: "note", note: "Hm." } })],
  "review.undo": [VALIDATOR, datanet],
  "review.acceptRest": [REVIEWER, ({ contributionId }) => ({ contributionId })],
  "sample.list": [ANYONE, none],
  "snapshot.plan": [READER, datanet],
  "snapshot.listForDatanet": [READER, datanet],
  "snapshot.get": [READER, ({ snapshotId }) => ({ snapshotId })],
  "snapshot.freeze": [OWNER, datanet],
  "snapshot.getApproval": [VALIDATOR, ({ openSnapshotId }) => ({ snapshotId: openSnapshotId })],
  "snapshot.approve": [
    VALIDATOR,
    ({ openSnapshotId }) => ({ snapshotId: openSnapshotId, signature: SIGNATURE, deadline: "1" }),
  ],
  "snapshot.prepareCommit": [OWNER, ({ openSnapshotId }) => ({ snapshotId: openSnapshotId })],
  "snapshot.resume": [OWNER, ({ openSnapshotId }) => ({ snapshotId: openSnapshotId })],
  "task.list": [READER, datanet],
  "task.get": [READER, ({ taskId }) => ({ taskId })],
  "task.create": [
    SIGNED_TRIER,
    ({ adapterId, datanetId }) => ({
      adapterId,
      datanetId,
      prompt: "a question",
      wrongAnswer: "plant",
      expected: "animal",
    }),
  ],
  "trainingRun.list": [ANYONE, () => ({})],
  "trainingRun.get": [READER, run],
  "trainingRun.events": [READER, ({ runId }) => ({ runId, stage: "training" })],
  "trainingRun.messages": [READER, run],
  "trainingRun.curve": [READER, run],
  "trainingRun.items": [READER, run],
  "trainingRun.ability": [READER, run],
  "trainingRun.influence": [READER, run],
  "trainingRun.options": [READER, ({ snapshotId }) => ({ snapshotId })],
  "trainingRun.queue": [ANYONE, none],
  "trainingRun.estimates": [READER, ({ snapshotId }) => ({ snapshotIds: [snapshotId], baseId: "tiny" })],
  "trainingRun.mix": [READER, versions],
  "trainingRun.joinable": [READER, versions],
  "trainingRun.compare": [READER, ({ runId, publishedRunId }) => ({ a: runId, b: publishedRunId })],
  "trainingRun.previous": [READER, run],
  "trainingRun.seeds": [READER, run],
  "trainingRun.ownItems": [READER, run],
  "trainingRun.removals": [READER, run],
  "trainingRun.trace": [READER, run],
  "trainingRun.shares": [READER, run],
  "trainingRun.startTrace": [MEMBER, run],
  "trainingRun.startRemoval": [MEMBER, ({ runId, contributorId }) => ({ runId, contributorId })],
  "trainingRun.create": [
    MEMBER,
    ({ snapshotId }) => ({ snapshotIds: [snapshotId], baseId: "tiny", preset: "quick" }),
  ],
  "trainingRun.prepareCommit": [BUILDER, ({ waitingRunId }) => ({ runId: waitingRunId })],
  "trainingRun.measure": [BUILDER, ({ adapterId, snapshotId }) => ({ adapterId, snapshotId })],
  "trainingRun.cancel": [BUILDER, ({ queuedRunId }) => ({ runId: queuedRunId })],
};

/** The same procedures asked of a published adapter of a private Datanet: open to all, and silent about its rows. */
export const OF_PUBLISHED: Record<string, Input> = {
  "adapter.get": ({ publishedId }) => ({ adapterId: publishedId }),
  "adapter.take": ({ publishedId }) => ({ adapterId: publishedId }),
  "adapter.recheck": ({ publishedId }) => ({ adapterId: publishedId }),
  "chat.options": ({ publishedId }) => ({ adapterId: publishedId }),
  "chat.nearest": ({ publishedId }) => ({
    adapterId: publishedId,
    prompt: "a round thing",
    answer: "animal",
  }),
  "comparison.tally": ({ publishedId }) => ({ adapterId: publishedId }),
  "publication.ofAdapter": ({ publishedId }) => ({ adapterId: publishedId }),
};

type Call = { params?: Record<string, string>; headers?: Record<string, string>; body?: unknown };
const json = { "content-type": "application/json" };
const tus = { "tus-resumable": "1.0.0" };
const part = { ...tus, "content-type": "application/offset+octet-stream", "upload-offset": "10" };
const base64 = (text: string) => Buffer.from(text).toString("base64");
const ofUpload = ({ uploadId }: AccessWorld) => ({ params: { uploadId } });

/** By method and path of the file under app/. */
export const ROUTES: Record<string, [row: Row, call: (w: AccessWorld) => Call]> = {
  "GET api/contributions/[contributionId]/bad-rows": [
    CONTRIBUTOR_READS,
    ({ draftId }) => ({ params: { contributionId: draftId } }),
  ],
  "GET api/contributions/[contributionId]/to-mend": [
    CONTRIBUTOR_READS,
    ({ contributionId }) => ({ params: { contributionId } }),
  ],
  "POST api/contributions/[contributionId]/resubmit": [
    CONTRIBUTOR,
    ({ contributionId }) => ({ params: { contributionId }, body: "" }),
  ],
  "POST api/contributions/[contributionId]/mend": [
    CONTRIBUTOR,
    ({ draftId }) => ({ params: { contributionId: draftId }, body: "set aside: row,q,a\n1,q,a\n" }),
  ],
  "POST api/comparisons": [
    SIGNED_TRIER,
    ({ adapterId }) => ({ headers: json, body: JSON.stringify({ adapterId, prompt: "hello" }) }),
  ],
  "POST api/uploads": [
    MEMBER,
    ({ datanetId }) => ({
      headers: { "x-datanet-id": datanetId, "x-file-name": "a.csv" },
      body: "q,a\n1,2\n",
    }),
  ],
  "POST api/uploads/tus": [
    MEMBER,
    ({ datanetId }) => ({
      headers: {
        ...tus,
        "upload-length": "10",
        "upload-metadata": `filename ${base64("a.csv")},datanetId ${base64(datanetId)}`,
      },
    }),
  ],
  "OPTIONS api/uploads/tus": [ANYONE, () => ({})],
  "HEAD api/uploads/tus/[uploadId]": [CONTRIBUTOR, (w) => ({ ...ofUpload(w), headers: tus })],
  "PATCH api/uploads/tus/[uploadId]": [CONTRIBUTOR, (w) => ({ ...ofUpload(w), headers: part })],
  "POST api/uploads/tus/[uploadId]": [
    CONTRIBUTOR,
    (w) => ({ ...ofUpload(w), headers: { ...part, "x-http-method-override": "PATCH" } }),
  ],
  "DELETE api/uploads/tus/[uploadId]": [CONTRIBUTOR, (w) => ({ ...ofUpload(w), headers: tus })],
  "OPTIONS api/uploads/tus/[uploadId]": [ANYONE, ofUpload],
  "POST api/validate": [SIGNED_IN, () => ({ headers: { "x-file-name": "a.csv" }, body: "q,a\n1,2\n" })],
  /** Its decisions are for members: a test beside this one asks for those. */
  "GET api/datanets/[datanetId]/export/[file]": [
    READER,
    ({ datanetId }) => ({ params: { datanetId, file: "rows.jsonl" } }),
  ],
  "GET api/trpc/[trpc]": [ANYONE, () => ({ params: { trpc: "account.me" } })],
  "POST api/trpc/[trpc]": [ANYONE, () => ({ params: { trpc: "account.nonce" }, headers: json, body: "{}" })],
  "GET api/health": [ANYONE, () => ({})],
  "GET api/runs/[runId]/results/[name]": [
    READER,
    ({ runId }) => ({ params: { runId, name: "evaluation.json" } }),
  ],
  "GET api/adapters/[adapterId]/take": [READER, ({ adapterId }) => ({ params: { adapterId } })],
  "GET api/adapters/[adapterId]/exports/[format]": [
    EXPORTER,
    ({ adapterId }) => ({ params: { adapterId, format: "gguf" } }),
  ],
  "GET api/adapters/[adapterId]/files/[name]": [
    READER,
    ({ adapterId }) => ({ params: { adapterId, name: "influence.json" } }),
  ],
  "POST api/adapters/[adapterId]/chat": [
    TRIER,
    ({ adapterId }) => ({
      params: { adapterId },
      headers: json,
      body: JSON.stringify({ messages: [{ role: "user", content: "hello" }] }),
    }),
  ],
  "POST api/adapters/import": [SIGNED_IN, () => ({ body: "none" })],
};

import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeContribution } from "@/db/factories";
import { auditLog } from "@/db/schema";
import { CONTRIBUTION_STATUSES } from "@/db/schema/contribution.constants";
import { RunnerError } from "@/server/runner/client";
import { exportBadRows } from "./bad-rows";
import { discardContribution } from "./discard";
import { previewRows } from "./preview";
import { listForDatanet } from "./queries";
import { remapContribution } from "./remap";
import { submitContribution } from "./submit";
import {
  ann,
  as,
  bob,
  csv,
  datanetId,
  db,
  endWorld,
  get,
  type Person,
  parse,
  problemsOf,
  read,
  rowsOf,
  startWorld,
  text,
  unique,
  upload,
} from "./test-world";

beforeAll(startWorld);
afterAll(endWorld);

describe("remap", () => {
  test("a guessed mapping refuses the file until the person says which column is which", async () => {
    const id = await read(ann, `alpha,beta\n${unique("Why is the sky blue")}?,because\n`);
    expect(await get(ann, id)).toMatchObject({ status: "failed", problem: { code: "COLUMN_MISSING" } });
    await remapContribution(as(ann), { contributionId: id, mapping: { prompt: "alpha", answer: "beta" } });
    await parse(id);
    expect(await get(ann, id)).toMatchObject({
      status: "ready",
      problem: null,
      rows: { uploaded: 1, kept: 1 },
    });
  });

  test("a role that the person emptied stays empty", async () => {
    const id = await read(ann, `question,answer,topic\n${unique()},b,t\n`);
    expect((await rowsOf(id))[0]!.category).toBe("t");
    await remapContribution(as(ann), {
      contributionId: id,
      mapping: { prompt: "question", answer: "answer", category: "" },
    });
    await parse(id);
    expect((await rowsOf(id))[0]!.category).toBe("");
  });

  test("a confirmed encoding is used", async () => {
    const id = await read(ann, Buffer.from(`question,answer\n${unique("caf\u00e9")},th\u00e9\n`, "latin1"));
    expect(await get(ann, id)).toMatchObject({ status: "failed", problem: { code: "ENCODING" } });
    const unknown = remapContribution(as(ann), { contributionId: id, mapping: {}, encoding: "klingon" });
    await expect(unknown).rejects.toMatchObject({ code: "ENCODING_UNKNOWN" });
    await remapContribution(as(ann), { contributionId: id, mapping: {}, encoding: "ISO-8859-1" });
    await parse(id);
    expect((await rowsOf(id))[0]!.answer).toBe("th\u00e9");
  });

  test("not of somebody else's, not once submitted", async () => {
    const id = await read(ann, csv(1));
    const mapping = { prompt: "question", answer: "answer" };
    await expect(remapContribution(as(bob), { contributionId: id, mapping })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await submitContribution(as(ann), { contributionId: id, licence: "CC0-1.0", isMineToGive: true });
    await expect(remapContribution(as(ann), { contributionId: id, mapping })).rejects.toMatchObject({
      code: "NOT_EDITABLE",
    });
  });
});

describe("preview", () => {
  const away = {
    render: () =>
      Promise.reject(new RunnerError(0, { code: "RUNNER_UNAVAILABLE", message: "", retryable: true })),
  };

  test("renders the file's first rows through the runner, under a mapping that is only tried", async () => {
    const id = await read(ann, `question,answer\n${unique("Q")},A\nonly,\n`);
    const asked: unknown[] = [];
    const runner = {
      render: async (request: { rows: { prompt: string; answer: string }[] }) => {
        asked.push(request);
        return request.rows.map(({ answer }) => ({
          text: answer,
          tokens: 5,
          answerTokens: 2,
          truncated: false,
          segments: [{ role: "assistant", text: answer, trained: true }],
        }));
      },
    };
    const preview = await previewRows(
      as(ann),
      { contributionId: id, mapping: { prompt: "answer", answer: "question" } },
      runner,
    );
    expect(preview.isExact).toBe(true);
    expect(preview.rows[0]).toMatchObject({
      rowNumber: 1,
      prompt: "A",
      problem: null,
      rendered: { tokens: 5 },
    });
    expect(preview.rows[1]!.problem).toMatch(/^Row 2 has nothing in "answer"/);
    expect(asked).toMatchObject([{ base: "tiny", goal: "answer", rows: [{ prompt: "A" }] }]);
  });

  test("says so when the runner is away, and shows the texts", async () => {
    const id = await read(ann, `question,answer\n${unique("Q")},A\n`);
    const preview = await previewRows(as(ann), { contributionId: id }, away);
    expect(preview).toMatchObject({ isExact: false, rows: [{ answer: "A", rendered: null, problem: null }] });
  });
});

describe("submit", () => {
  test("personal data is given away only by somebody who says that it is meant to be there", async () => {
    const id = await read(
      ann,
      `question,answer\n${unique("Is it a.b@example.com?")},lena.vogt@example.com\n${unique()},b\n`,
    );
    const submit = (isPersonalDataMeant?: boolean) =>
      submitContribution(as(ann), {
        contributionId: id,
        licence: "CC0-1.0",
        isMineToGive: true,
        isPersonalDataMeant,
      });
    for (const said of [undefined, false])
      await expect(submit(said)).rejects.toMatchObject({
        status: 409,
        code: "PERSONAL_DATA",
        message: "A row holds personal data.",
        fix: expect.stringContaining("say that it is meant to be there"),
      });
    expect((await get(ann, id)).status).toBe("ready");
    expect(await submit(true)).toEqual({ submitted: 2, setAside: 0 });
    const [written] = await db
      .select({ data: auditLog.data })
      .from(auditLog)
      .where(and(eq(auditLog.subject, `contribution:${id}`), eq(auditLog.action, "contribution.submit")));
    expect(written?.data).toMatchObject({ isPersonalDataMeant: true });
  });

  test("opens the kept rows for review under a real licence", async () => {
    const id = await read(ann, csv(3));
    const submit = (licence: string) =>
      submitContribution(as(ann), { contributionId: id, licence, isMineToGive: true });
    await expect(submit("")).rejects.toMatchObject({ code: "LICENCE_REQUIRED" });
    await expect(submit("CC-BY-4")).rejects.toMatchObject({
      code: "LICENCE_REQUIRED",
      fix: expect.stringContaining("Did you mean CC-BY-4.0?"),
    });
    expect(await submit("cc0-1.0")).toEqual({ submitted: 3, setAside: 0 });
    expect(await get(bob, id)).toMatchObject({
      status: "submitted",
      licence: "CC0-1.0",
      review: { pending: 3 },
      mapping: null,
    });
    expect((await rowsOf(id)).map(({ status }) => status)).toEqual(["pending", "pending", "pending"]);
    await expect(submit("CC0-1.0")).rejects.toMatchObject({ code: "NOT_READY", status: 409 });
    const listed = await listForDatanet(as(bob), datanetId);
    expect(listed.find((item) => item.id === id)).toMatchObject({
      isMine: false,
      keptRows: 3,
      contributorName: "Ann",
    });
  });

  test("two who submit the same rows at once: the Datanet holds each row once", async () => {
    const content = csv(40);
    const [one, two] = await Promise.all([
      read(ann, content),
      read(bob, `${content}\n${unique()},only Bob's`),
    ]);
    const submit = (person: Person, contributionId: string) =>
      submitContribution(as(person), { contributionId, licence: "CC0-1.0", isMineToGive: true });
    const results = await Promise.allSettled([submit(ann, one), submit(bob, two)]);
    const counts = results.map((result) =>
      result.status === "fulfilled" ? result.value.submitted : result.reason.code,
    );
    expect([
      ["NOTHING_TO_SUBMIT", 41],
      [40, 1],
    ]).toContainEqual(counts);
    const { rows } = await db.execute(sql`
      select row_hash from records where datanet_id = ${datanetId} and status <> 'draft'
      group by row_hash having count(*) > 1`);
    expect(rows).toEqual([]);
    const mine = await get(bob, two);
    expect(mine.rows.kept + mine.rows.setAside).toBe(mine.rows.uploaded);
  });

  test("nothing kept is nothing to submit", async () => {
    const id = await read(ann, "question,answer\na,\n");
    const submit = submitContribution(as(ann), {
      contributionId: id,
      licence: "CC0-1.0",
      isMineToGive: true,
    });
    await expect(submit).rejects.toMatchObject({ code: "NOTHING_TO_SUBMIT", status: 409 });
    expect((await get(ann, id)).status).toBe("ready");
  });
});

describe("states", () => {
  test("from every state, remap, submit and discard do what the transition table allows", async () => {
    const of = { datanetId, contributorId: ann.id };
    const moved: Record<string, string[]> = {};
    for (const status of CONTRIBUTION_STATUSES) {
      moved[status] = [];
      const attempt = async (next: string, act: (contributionId: string) => Promise<unknown>) => {
        const { contributionId } = await makeContribution(db, of, [unique("state")], status, "draft");
        await act(contributionId).then(
          () => moved[status]!.push(next),
          (error) => expect(error.status).toBe(409),
        );
      };
      await attempt("parsing", (contributionId) =>
        remapContribution(as(ann), { contributionId, mapping: {} }),
      );
      await attempt("submitted", (contributionId) =>
        submitContribution(as(ann), { contributionId, licence: "CC0-1.0", isMineToGive: true }),
      );
      await attempt("discarded", (contributionId) => discardContribution(as(ann), { contributionId }));
    }
    expect(moved).toEqual({
      uploaded: ["parsing", "discarded"],
      parsing: ["discarded"],
      ready: ["parsing", "submitted", "discarded"],
      failed: ["parsing", "discarded"],
      submitted: [],
      reviewed: [],
    });
  });
});

describe("discard", () => {
  test("deletes rows and problems; not once submitted; a reading in the queue finds nothing", async () => {
    const { contributionId } = await upload(ann, csv(2));
    await discardContribution(as(ann), { contributionId });
    await parse(contributionId);
    await expect(get(ann, contributionId)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const id = await read(ann, `${csv(2)}\nx,\n`);
    await discardContribution(as(ann), { contributionId: id });
    expect([await rowsOf(id), await problemsOf(id)]).toEqual([[], []]);
    const submitted = await read(ann, csv(1));
    await submitContribution(as(ann), { contributionId: submitted, licence: "CC0-1.0", isMineToGive: true });
    await expect(discardContribution(as(ann), { contributionId: submitted })).rejects.toMatchObject({
      code: "ALREADY_SUBMITTED",
    });
  });
});

describe("bad rows", () => {
  test("the file's columns with number, reason and fix; formulas are defused", async () => {
    const file = 'question;answer;note\n=HYPERLINK("x");;"a;b"\nq;a;n;extra\n';
    const id = await read(ann, file, { fileName: "my.data.csv" });
    const { fileName, lines } = await exportBadRows(as(ann), id);
    expect(fileName).toBe("bad rows of my.data.csv");
    const [header, first, second] = (await text(lines)).split("\r\n");
    expect(header).toBe(
      "question,answer,note,set aside: row,set aside: why,set aside: fix,set aside: as written",
    );
    expect(first).toMatch(/^"'=HYPERLINK\(""x""\)",,a;b,1,"?ROW_EMPTY: /);
    expect(second).toMatch(/^,,,2,"CSV_FIELDS: .*q;a;n;extra$/);
    await expect(exportBadRows(as(bob), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("JSON Lines become columns; a mended file can be uploaded again", async () => {
    const file = `{"prompt":"${unique()}","answer":""}\n{"prompt":\n{"prompt":"${unique()}","answer":"ok"}\n`;
    const id = await read(ann, file, { fileName: "rows.jsonl" });
    const all = await text((await exportBadRows(as(ann), id)).lines);
    expect(all.split("\r\n")[2]).toMatch(/^,,2,"JSON_LINE: .*"\{""prompt"":"$/);
    const again = await read(ann, all.replace(/^([^,]+),,1,/m, "$1,mended,1,"), { fileName: "bad rows.csv" });
    expect(await get(ann, again)).toMatchObject({
      status: "ready",
      rows: { uploaded: 2, kept: 1, repaired: 0, setAside: 1 },
    });
    expect((await rowsOf(again))[0]!.answer).toBe("mended");
  });
});

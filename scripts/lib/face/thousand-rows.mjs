import { Person } from "../../chaos/person.mjs";
import { sleep } from "../processes.mjs";

const ROWS = 1_000;
/** Rows without an answer, so that there is something to mend. */
const BAD_ROWS = 12;
const PATIENCE_MS = 120_000;

/**
 * A Datanet with a submitted file of a thousand rows and one with as many that waits to be submitted, made through the
 * app's own calls by two people. Answers with the pages to look at, as albums of who may see each.
 */
export async function makeThousandRows(url) {
  const person = (name) => new Person({ name, url: () => url, patienceMs: PATIENCE_MS });
  const [owner, validator] = [person("Dr. Max Featherstonehaugh-Oyelaran"), person("Bo")];
  await owner.signIn();
  await validator.signIn();
  const { datanetId } = await owner.call("datanet.create", {
    goal: "answer",
    name: "A thousand sums, named at the length that a careful person takes",
    purpose: "Sums of two numbers. Made to see how the pages look with a thousand rows.",
    guidelines: "One sum a row. The answer is its result, as a number.",
    licence: "CC-BY-4.0",
    labels: [],
  });
  await validator.call("datanet.join", { datanetId });
  await owner.call("datanet.grant", { datanetId, accountId: validator.id, isValidator: true });
  const submitted = await contribute(owner, datanetId, "sums.csv", sums(0));
  await owner.call("contribution.submit", {
    contributionId: submitted,
    licence: "CC-BY-4.0",
    isMineToGive: true,
  });
  const waiting = await contribute(owner, datanetId, "more-sums.csv", sums(ROWS));
  return [
    {
      storageState: storageStateOf(owner, url),
      pages: {
        Datanet: `/datanets/${datanetId}`,
        contributions: `/datanets/${datanetId}#contributions`,
        contribute: `/datanets/${datanetId}/contribute`,
        "to-submit": `/contributions/${waiting}`,
        submitted: `/contributions/${submitted}`,
        freeze: `/datanets/${datanetId}/freeze`,
      },
    },
    { storageState: storageStateOf(validator, url), pages: { review: `/datanets/${datanetId}/review` } },
  ];
}

function sums(first) {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const [a, b] = [first + i * 7 + 3, i * 13 + 11];
    return `What is ${a} plus ${b}?,${i % Math.floor(ROWS / BAD_ROWS) === 5 ? "" : a + b}`;
  });
  return `prompt,answer\n${rows.join("\n")}\n`;
}

/** Uploads a file and waits until it is read; answers with its id. */
export async function contribute(owner, datanetId, name, content) {
  const contributionId = await owner.upload(datanetId, name, content);
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const { status, problem } = await owner.call("contribution.get", { contributionId });
    if (status === "ready") return contributionId;
    if (status === "failed") throw new Error(`${name} was refused: ${JSON.stringify(problem)}`);
    await sleep(500);
  }
  throw new Error(`${name} was not read within ${PATIENCE_MS / 1000} s.`);
}

/** What a browser needs to be this person. */
export const storageStateOf = (person, url) => ({
  cookies: [...person.cookies].map(([name, value]) => ({
    name,
    value,
    domain: new URL(url).hostname,
    path: "/",
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: "Lax",
  })),
  origins: [],
});

import { Person } from "../../chaos/person.mjs";
import { storageStateOf } from "./thousand-rows.mjs";

const PATIENCE_MS = 60_000;

/** A Datanet in which nobody has done anything yet, as its owner and its first validator meet it: albums of both. */
export async function makeNewDatanet(url) {
  const person = (name) => new Person({ name, url: () => url, patienceMs: PATIENCE_MS });
  const [owner, validator] = [person("Ann"), person("Bo")];
  for (const each of [owner, validator]) await each.signIn();
  const { datanetId } = await owner.call("datanet.create", {
    goal: "label",
    name: "Ward questions",
    purpose: "Sort what patients ask a ward into who should answer.",
    guidelines: "One question a row. The answer is the one label that fits.",
    licence: "CC-BY-4.0",
    labels: ["nurse", "doctor", "desk"],
  });
  await validator.call("datanet.join", { datanetId });
  await owner.call("datanet.grant", { datanetId, accountId: validator.id, isValidator: true });
  const at = (page) => `/datanets/${datanetId}${page}`;
  return [
    {
      storageState: storageStateOf(owner, url),
      pages: {
        "new-Datanet": at(""),
        "new-contributions": at("#contributions"),
        "new-contribute": at("/contribute"),
        "new-freeze": at("/freeze"),
        "new-train": at("/train"),
      },
    },
    { storageState: storageStateOf(validator, url), pages: { "new-review": at("/review") } },
  ];
}

import { expect, test } from "vitest";
import { promptTurns } from "./turns";

test("a chat of several turns is shown turn by turn, and joins to what is trained", () => {
  const prompt = "User: Hi\n\nAssistant: Hello,\n\nwho is there?\n\nUser: Ann";
  const turns = promptTurns(prompt)!;
  expect(turns).toEqual([
    { who: "User", text: "Hi" },
    { who: "Assistant", text: "Hello,\n\nwho is there?" },
    { who: "User", text: "Ann" },
  ]);
  expect(turns.map(({ who, text }) => `${who}: ${text}`).join("\n\n")).toBe(prompt);
});

test.each(["What boils?", "User: alone", "He said: User: a\n\nAssistant: b", ""])(
  "%j is one turn",
  (prompt) => {
    expect(promptTurns(prompt)).toBeNull();
  },
);

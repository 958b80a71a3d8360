import { expect, test } from "vitest";
import { combineLicences } from "@/server/datanet/licences";
import { checkLicence } from "./check-gate";
import type { Facts } from "./facts";

function licenceCheck(...licences: string[]) {
  const datanets = licences.map((licence, i) => ({ name: `Datanet ${i + 1}`, licence }));
  const sources = datanets.map((datanet) => ({ datanet })) as unknown as Facts["sources"];
  return checkLicence({ sources, licence: combineLicences(datanets) });
}

test("one licence is inherited, of several the strictest", () => {
  expect(licenceCheck("CC-BY-4.0")).toMatchObject({
    ok: true,
    detail: "The data are under CC-BY-4.0; the adapter inherits it.",
  });
  expect(licenceCheck("CC0-1.0", "CC-BY-SA-4.0").detail).toContain("the strictest, CC-BY-SA-4.0");
});

test("what is made from data without derivatives stays unpublished, alone too", () => {
  expect(licenceCheck("CC-BY-ND-4.0")).toMatchObject({
    ok: false,
    detail:
      "Nothing made from these data may be published: section 2(a)(1) of CC-BY-ND-4.0: adapted material may be made but not shared.",
  });
  expect(licenceCheck("CC-BY-ND-4.0", "CC-BY-ND-4.0").ok).toBe(false);
});

test("an unknown licence blocks", () => {
  expect(licenceCheck("NOASSERTION").ok).toBe(false);
});

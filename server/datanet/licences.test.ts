import { expect, test } from "vitest";
import { combineLicences } from "./licences";

const mix = (...licences: string[]) =>
  combineLicences(licences.map((licence, i) => ({ name: `Datanet ${i + 1}`, licence })));

test.each([
  [["CC-BY-4.0"], "CC-BY-4.0"],
  [["CC0-1.0", "CC-BY-4.0"], "CC-BY-4.0"],
  [["CC-BY-3.0", "CC-BY-4.0", "CC0-1.0"], "CC-BY-4.0"],
  [["MIT", "CC-BY-4.0"], "CC-BY-4.0"],
  [["CC-BY-4.0", "CC-BY-SA-4.0"], "CC-BY-SA-4.0"],
  [["CC-BY-SA-4.0", "CC-BY-SA-3.0"], "CC-BY-SA-4.0"],
  [["CC-BY-SA-4.0", "GPL-3.0-only"], "GPL-3.0-only"],
  [["CC-BY-NC-4.0", "CC-BY-4.0"], "CC-BY-NC-4.0"],
  [["CC-BY-NC-4.0", "CC-BY-NC-SA-4.0"], "CC-BY-NC-SA-4.0"],
  [["CC-BY-4.0", "CC-BY-NC-SA-4.0"], "CC-BY-NC-SA-4.0"],
  [["ODbL-1.0", "ODC-By-1.0"], "ODbL-1.0"],
  [["CC-BY-ND-4.0"], "CC-BY-ND-4.0"],
  [["OFL-1.1", "CC0-1.0"], "OFL-1.1"],
])("%j gives %s", (licences, licence) => {
  expect(mix(...licences)).toEqual({ ok: true, licence });
  expect(mix(...[...licences].reverse())).toEqual({ ok: true, licence });
});

test.each([
  [["CC-BY-SA-4.0", "ODbL-1.0"], "section 3(b) of CC-BY-SA-4.0"],
  [
    ["CC-BY-NC-4.0", "CC-BY-SA-4.0"],
    "section 3(b) of CC-BY-SA-4.0: adapted material only under the same licence",
  ],
  [["CC-BY-NC-SA-4.0", "CC-BY-SA-4.0"], "section 3(b) of CC-BY-NC-SA-4.0"],
  [
    ["CC-BY-4.0", "CC-BY-ND-4.0"],
    "section 2(a)(1) of CC-BY-ND-4.0: adapted material may be made but not shared",
  ],
  [["CC-BY-ND-4.0", "CC-BY-ND-4.0"], "section 2(a)(1) of CC-BY-ND-4.0"],
  [["CC0-1.0", "CC-BY-NC-ND-4.0"], "section 2(a)(1) of CC-BY-NC-ND-4.0"],
  [["CC0-1.0", "CC-BY-4.0", "GPL-2.0-only", "CC-BY-SA-4.0"], "section 2(b) of GPL-2.0-only"],
  [["OFL-1.1", "CC-BY-4.0"], "how OFL-1.1 combines with other licences is not known here"],
])("%j is refused with its clause", (licences, clause) => {
  const combined = mix(...licences);
  expect(combined.ok).toBe(false);
  if (!combined.ok) expect(combined.message).toContain(clause);
});

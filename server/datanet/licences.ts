/**
 * What a mix of data licences allows an adapter to be. A table of the licences that data are usually under, read from
 * their texts; it is a careful reading and not legal advice. Whatever it does not know combines with itself and with
 * works that ask for nothing.
 */
type Terms = {
  /** free: asks for nothing; notice: asks for credit. */
  kind: "free" | "notice" | "shareAlike" | "noDerivatives" | "unknown";
  isNonCommercial: boolean;
};
type Named = { name: string; licence: string };
export type CombinedLicence = { ok: true; licence: string } | { ok: false; message: string; fix: string };

const FREE = new Set(["CC0-1.0", "PDDL-1.0", "Unlicense", "0BSD", "CC-PDDC", "MIT-0", "WTFPL"]);
const NOTICE =
  /^(MIT|Apache-2\.0|ISC|BSD-[23]-Clause|ODC-By-1\.0|CDLA-Permissive-[12]\.0|WordNet|Python-2\.0|Zlib)$/;
const SHARE_ALIKE =
  /^(ODbL-1\.0|CDLA-Sharing-1\.0|GFDL-.*|(A|L)?GPL-\d\.\d(-only|-or-later)?|MPL-2\.0|EUPL-1\.[12])$/;

/** Share-alike licences whose own text lets a mix go out under a later or a named one. */
const MAY_BECOME: Record<string, readonly string[]> = {
  "CC-BY-SA-2.0": ["CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "GPL-3.0-only"],
  "CC-BY-SA-2.5": ["CC-BY-SA-3.0", "CC-BY-SA-4.0", "GPL-3.0-only"],
  "CC-BY-SA-3.0": ["CC-BY-SA-4.0", "GPL-3.0-only"],
  "CC-BY-SA-4.0": ["GPL-3.0-only"],
  "CC-BY-NC-SA-2.0": ["CC-BY-NC-SA-2.5", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"],
  "CC-BY-NC-SA-2.5": ["CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"],
  "CC-BY-NC-SA-3.0": ["CC-BY-NC-SA-4.0"],
  "GPL-2.0-or-later": ["GPL-3.0-only", "GPL-3.0-or-later"],
  "GPL-3.0-or-later": ["GPL-3.0-only"],
};

/** The clause that forbids what the other asks for, by the licence that has it. */
function clauseOf(licence: string): string {
  if (/^CC-BY(-NC)?-ND/.test(licence))
    return `section 2(a)(1) of ${licence}: adapted material may be made but not shared`;
  if (/^CC-BY(-NC)?-SA/.test(licence))
    return `section ${licence.endsWith("4.0") ? "3(b)" : "4(b)"} of ${licence}: adapted material only under the same licence`;
  if (licence === "ODbL-1.0")
    return "section 4.4 of ODbL-1.0: derivative databases only under the same licence";
  if (licence === "CDLA-Sharing-1.0")
    return "section 3.1 of CDLA-Sharing-1.0: enhanced data only under the same agreement";
  if (/^A?GPL-3/.test(licence)) return `section 5(c) of ${licence}: the whole work only under this licence`;
  if (/^L?GPL-2/.test(licence)) return `section 2(b) of ${licence}: the whole work only under this licence`;
  return `the share-alike clause of ${licence}: changed works only under the same licence`;
}

export function licenceTerms(licence: string): Terms {
  const isNonCommercial = /^CC-BY-NC/.test(licence);
  if (FREE.has(licence)) return { kind: "free", isNonCommercial };
  if (/-ND-/.test(licence)) return { kind: "noDerivatives", isNonCommercial };
  if (/^CC-BY(-NC)?-SA-/.test(licence) || SHARE_ALIKE.test(licence))
    return { kind: "shareAlike", isNonCommercial };
  if (/^CC-BY(-NC)?-\d/.test(licence) || NOTICE.test(licence)) return { kind: "notice", isNonCommercial };
  return { kind: "unknown", isNonCommercial };
}

/**
 * The licence that an adapter trained on all of these inherits: the strictest. Refused with the clause when two of
 * them ask for what cannot both be done.
 */
export function combineLicences(datanets: readonly Named[]): CombinedLicence {
  let result = datanets[0]!;
  for (const next of datanets.slice(1)) {
    const licence = combineTwo(result.licence, next.licence);
    if (licence === null) return clash(result, next);
    result = licence === result.licence ? result : { name: next.name, licence };
  }
  return { ok: true, licence: result.licence };
}

/** The clause under which what is made from the data may not be given away; null when it may. */
export const sharingClause = (licence: string): string | null =>
  licenceTerms(licence).kind === "noDerivatives" ? clauseOf(licence) : null;

/** Strictest of the two; null when they cannot be combined. Equal licences can, unless nothing may be made of them. */
function combineTwo(a: string, b: string): string | null {
  if (a === b) return sharingClause(a) === null ? a : null;
  const [termsA, termsB] = [licenceTerms(a), licenceTerms(b)];
  if (termsA.kind === "free" && termsB.kind !== "noDerivatives") return b;
  if (termsB.kind === "free" && termsA.kind !== "noDerivatives") return a;
  const kinds = new Set([termsA.kind, termsB.kind]);
  if (kinds.has("noDerivatives") || kinds.has("unknown")) return null;
  if (termsA.kind === "shareAlike" && termsB.kind === "shareAlike") {
    if (MAY_BECOME[a]?.includes(b)) return b;
    return MAY_BECOME[b]?.includes(a) ? a : null;
  }
  // Share-alike allows no further condition: "not for commercial use" would be one.
  if (termsA.kind === "shareAlike") return termsB.isNonCommercial && !termsA.isNonCommercial ? null : a;
  if (termsB.kind === "shareAlike") return termsA.isNonCommercial && !termsB.isNonCommercial ? null : b;
  if (termsA.isNonCommercial !== termsB.isNonCommercial) return termsA.isNonCommercial ? a : b;
  return newer(a, b);
}

/** Of two that ask for credit: the Creative Commons one, whose terms name more; of two of those the later. */
const newer = (a: string, b: string): string => {
  const rank = (licence: string) =>
    licence.startsWith("CC-BY") ? 10 + Number(licence.match(/\d\.\d/)?.[0] ?? 0) : 0;
  if (rank(a) !== rank(b)) return rank(a) > rank(b) ? a : b;
  return a < b ? a : b;
};

function clash(a: Named, b: Named): CombinedLicence {
  const kinds = [licenceTerms(a.licence).kind, licenceTerms(b.licence).kind];
  const message = `“${a.name}” (${a.licence}) and “${b.name}” (${b.licence}) cannot go into one adapter`;
  const fix = "Leave one of them out, or ask its owner for another licence.";
  if (kinds.includes("noDerivatives")) {
    const strict = kinds[0] === "noDerivatives" ? a.licence : b.licence;
    return { ok: false, message: `${message}: ${clauseOf(strict)}.`, fix };
  }
  if (kinds.includes("unknown")) {
    const strange = kinds[0] === "unknown" ? a.licence : b.licence;
    return {
      ok: false,
      message: `${message}: how ${strange} combines with other licences is not known here.`,
      fix,
    };
  }
  const strict = kinds[0] === "shareAlike" ? a.licence : b.licence;
  return { ok: false, message: `${message}: ${clauseOf(strict)}.`, fix };
}

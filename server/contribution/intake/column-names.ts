/** Stands between the names of columns that are read as one. */
export const JOIN = " + ";

/** A name without regard to case and signs: "Total (EUR)" and "total_eur" are one. */
export const plainName = (name: string) =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");

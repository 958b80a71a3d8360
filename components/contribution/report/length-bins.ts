import { formatCount } from "../../common/numbers";

/** Lengths in tokens: `upTo` is the upper end of a bin, null for the open one. */
export type Lengths = {
  bins: { upTo: number | null; rows: number }[];
  contextTokens: number;
  overContext: number;
  longest: number;
  mean: number;
};
export type LengthBar = { label: string; rows: number; isCut: boolean };

/** The bins from the first to the last that matter, with the place of the cut line as a share of their width. */
export function lengthBars({ bins, contextTokens }: Lengths): { bars: LengthBar[]; cutAt: number } {
  const startOf = (index: number) => (index === 0 ? 0 : bins[index - 1]!.upTo!);
  const filled = bins.flatMap(({ rows }, index) => (rows > 0 ? [index] : []));
  const lineIn = bins.findIndex(({ upTo }) => upTo === null || upTo >= contextTokens);
  const first = Math.min(filled[0] ?? 0, lineIn);
  // One more than the line's own, so that there is something to see behind it.
  const last = Math.min(bins.length - 1, Math.max(filled.at(-1) ?? 0, lineIn + 1));
  const bars = bins.slice(first, last + 1).map(({ upTo, rows }, index) => ({
    label: upTo === null ? `over ${formatCount(startOf(first + index))}` : formatCount(upTo),
    rows,
    isCut: startOf(first + index) >= contextTokens,
  }));
  const end = bins[lineIn]!.upTo;
  const start = startOf(lineIn);
  const within = end === null ? 0.5 : (contextTokens - start) / (end - start);
  return { bars, cutAt: (lineIn - first + within) / bars.length };
}

/** What the picture of lengths shows, in words. */
export function lengthSentence({ bins, contextTokens, overContext, longest, mean }: Lengths): string {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const about = `A token is about three quarters of a word. A row has about ${formatCount(mean)}, the longest ${formatCount(longest)}.`;
  if (overContext === 0)
    return `Nothing is cut: the model reads ${formatCount(contextTokens)} tokens of a row. ${about}`;
  const which = overContext === 1 ? "1 row is" : `${formatCount(overContext)} rows are`;
  return `${which} cut of ${formatCount(rows)}: the model reads ${formatCount(contextTokens)} tokens of a row. ${about}`;
}

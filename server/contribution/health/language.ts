import { franc } from "franc-min";

/** Shorter texts are told apart badly. Characters of letters. */
const LEAST_LETTERS = 80;
const SAMPLE_CHARS = 600;
/** A language is the file's own when this share of the rows that could be told have it. */
const MAJORITY = 0.8;
const LEAST_ROWS = 30;
/** Words of a language seen so far; a text with this share of them is in it without a closer look. */
const PROFILE_WORDS = 150;
const PROFILE_ROWS = 40;
const SURE_SHARE = 0.22;
const REFRESH_ROWS = [40, 160, 640];

type Profile = { rows: number; counts: Map<string, number>; words: Set<string> };

/**
 * The language of each row of one column. The closer look (franc, trigrams) takes half a millisecond, so a text that
 * holds enough of the common words of a language already met is taken for it. One byte a row.
 */
export class LanguageColumn {
  private readonly names: string[] = [""];
  private readonly profiles: Profile[] = [{ rows: 0, counts: new Map(), words: new Set() }];
  private ofRow = new Uint8Array(1024);
  private last = 0;

  add(row: number, text: string): void {
    if (row >= this.ofRow.length) {
      const larger = new Uint8Array(2 * Math.max(row, this.ofRow.length));
      larger.set(this.ofRow);
      this.ofRow = larger;
    }
    this.last = row;
    if (text.length < LEAST_LETTERS) return;
    this.ofRow[row] = this.tell(text.slice(0, SAMPLE_CHARS));
  }

  private tell(sample: string): number {
    const words = sample.toLowerCase().match(/\p{L}+/gu) ?? [];
    if (words.reduce((sum, word) => sum + word.length, 0) < LEAST_LETTERS) return 0;
    for (let id = 1; id < this.profiles.length; id += 1) {
      const { rows, words: known } = this.profiles[id]!;
      if (rows < PROFILE_ROWS) continue;
      let hits = 0;
      for (const word of words) if (known.has(word)) hits += 1;
      if (hits >= SURE_SHARE * words.length) return id;
    }
    const name = franc(sample, { minLength: LEAST_LETTERS });
    if (name === "und") return 0;
    return this.learn(name, words);
  }

  private learn(name: string, words: readonly string[]): number {
    let id = this.names.indexOf(name);
    if (id < 0) {
      if (this.names.length > 250) return 0;
      id = this.names.push(name) - 1;
      this.profiles.push({ rows: 0, counts: new Map(), words: new Set() });
    }
    const profile = this.profiles[id]!;
    profile.rows += 1;
    if (profile.rows <= REFRESH_ROWS.at(-1)!)
      for (const word of words) profile.counts.set(word, (profile.counts.get(word) ?? 0) + 1);
    if (REFRESH_ROWS.includes(profile.rows))
      profile.words = new Set(
        [...profile.counts]
          .sort((a, b) => b[1] - a[1])
          .slice(0, PROFILE_WORDS)
          .map(([word]) => word),
      );
    return id;
  }

  /** Rows by language (ISO 639-3), the most frequent first; rows too short to tell are not among them. */
  shares(): { language: string; rows: number }[] {
    const counts = new Array<number>(this.names.length).fill(0);
    for (let row = 1; row <= this.last; row += 1) counts[this.ofRow[row]!]! += 1;
    return this.names
      .map((language, id) => ({ language, rows: counts[id]! }))
      .slice(1)
      .sort((a, b) => b.rows - a.rows);
  }

  /** Calls `other` for each row in another language than the clear majority's; for none where there is no such. */
  strangers(other: (row: number, language: string, majority: string) => void): void {
    const shares = this.shares();
    const told = shares.reduce((sum, { rows }) => sum + rows, 0);
    if (told < LEAST_ROWS || shares[0]!.rows < MAJORITY * told) return;
    const majority = this.names.indexOf(shares[0]!.language);
    for (let row = 1; row <= this.last; row += 1) {
      const id = this.ofRow[row]!;
      if (id !== 0 && id !== majority) other(row, this.names[id]!, this.names[majority]!);
    }
  }
}

import { formatCount } from "../../common/numbers";

/** What a kind of finding is called, why it matters, and what one press does about it. `rows` reads "1 row" or "12 rows". */
export type FindingWords = {
  /** Two or three words, for a list. */
  name: string;
  title: (rows: string, n: number) => string;
  why: string;
  /** The button that mends all of them; absent where only a person can. */
  fix?: (n: number) => string;
  /** Of the same repair, once it is done. */
  done?: string;
};

const allOf = (n: number) => (n === 1 ? "it" : `all ${formatCount(n)}`);
const verb = (n: number, one: string, many: string) => (n === 1 ? one : many);

/** In the order in which they matter; a code that is not here comes after its like and speaks for itself. */
const WORDS: Record<string, FindingWords> = {
  SECRET_FOUND: {
    name: "Keys and passwords",
    title: (rows, n) => `${rows} ${verb(n, "holds", "hold")} a key, a password or a wallet's words`,
    why: "A model repeats what it has read. Change the key as well: it has been in a file.",
    fix: (n) => `Replace ${allOf(n)} by a placeholder`,
    done: "keys replaced by placeholders",
  },
  PERSONAL_DATA: {
    name: "Personal data",
    title: (rows, n) => `${rows} ${verb(n, "holds", "hold")} personal data`,
    why: "Such as an address, a phone number or an e-mail address: a model can repeat it to anyone.",
    fix: (n) => `Redact ${allOf(n)}`,
    done: "personal data replaced by placeholders",
  },
  TEST_OVERLAP: {
    name: "Too close to the test",
    title: (rows, n) => `${rows} ${verb(n, "is", "are")} too close to a question of the locked test`,
    why: "A model that has seen the question proves nothing by answering it. Which question is not said.",
  },
  HIDDEN_TEXT: {
    name: "Hidden characters",
    title: (rows, n) => `${rows} ${verb(n, "holds", "hold")} characters that nobody sees`,
    why: "The model reads them all the same. They are shown by their code.",
    fix: (n) => (n === 1 ? "Remove them" : `Remove them from ${allOf(n)}`),
    done: "hidden characters removed",
  },
  TEXT_CONTROL: {
    name: "Unusable character",
    title: (rows, n) => `${rows} ${verb(n, "holds", "hold")} a character that cannot be stored`,
    why: "Such as a NUL: something went wrong when the file was written.",
    fix: (n) => (n === 1 ? "Remove it" : `Remove it from ${allOf(n)}`),
    done: "characters that cannot be stored removed",
  },
  LABEL_UNKNOWN: {
    name: "Unknown label",
    title: (rows, n) => `${rows} ${verb(n, "has", "have")} a label that is not one of the Datanet's`,
    why: "Often a slip of the pen; the nearest label is shown for each before anything is changed.",
    fix: (n) => `Use the nearest label (${n === 1 ? "1 row" : `${formatCount(n)} rows`})`,
    done: "the nearest label used",
  },
  FIELD_UNKNOWN: {
    name: "Unknown field",
    title: (rows, n) => `${rows} ${verb(n, "names", "name")} a field that this Datanet does not have`,
    why: "Only the Datanet's fields are learned.",
  },
  SAME_PROMPT: {
    name: "Asked alike, answered differently",
    title: (rows, n) => `${rows} ${verb(n, "asks", "ask")} what another row asks, with a different answer`,
    why: "Several right answers are fine. Where one of them is wrong, leave that one out.",
  },
  NEAR_DUPLICATE: {
    name: "Almost the same",
    title: (rows, n) => `${rows} ${verb(n, "is", "are")} almost the same as another`,
    why: "Repeating a row teaches little more. A small difference that matters is worth keeping.",
  },
  TOO_LONG: {
    name: "Longer than the model reads",
    title: (rows, n) => `${rows} ${verb(n, "is", "are")} longer than the model reads`,
    why: "What does not fit is cut off in training.",
  },
  REFUSAL: {
    name: "No real answer",
    title: (rows, n) => `${rows} ${verb(n, "answers", "answer")} like an assistant that refuses`,
    why: "“As an AI, I cannot …” teaches a model to say just that.",
  },
  WRONG_LANGUAGE: {
    name: "Another language",
    title: (rows, n) => `${rows} ${verb(n, "is", "are")} in another language than the rest`,
    why: "That may be meant. If not, leave them out.",
  },
  ROW_EMPTY: {
    name: "Empty",
    title: (rows, n) => `${rows} ${verb(n, "lacks", "lack")} the question or the answer`,
    why: "Fill in both in the downloaded file.",
  },
  ROW_DUPLICATE: {
    name: "Duplicate",
    title: (rows, n) => `${rows} ${verb(n, "is", "are")} there already`,
    why: "Word for word. Nothing to do: the first one counts.",
  },
  CSV_FIELDS: {
    name: "Wrong number of fields",
    title: (rows, n) => `${rows} ${verb(n, "has", "have")} too many or too few columns`,
    why: "Mostly a text with a comma in it that lacks its quote marks.",
  },
  JSON_LINE: {
    name: "Not JSON",
    title: (rows) => `${rows} cannot be read as JSON`,
    why: "Each line has to be one whole object.",
  },
  JSON_TOO_DEEP: {
    name: "Nested too deep",
    title: (rows, n) => `${rows} ${verb(n, "is", "are")} nested too deep`,
    why: "An example is one flat object.",
  },
  JSON_DUPLICATE_KEY: {
    name: "Same name twice",
    title: (rows, n) => `${rows} ${verb(n, "names", "name")} the same thing twice`,
    why: "Nobody can tell which of the two is meant.",
  },
  NUMBER_RANGE: {
    name: "Number out of range",
    title: (rows, n) => `${rows} ${verb(n, "holds", "hold")} a number that cannot be stored`,
    why: "Write it between quote marks, as text.",
  },
  CELL_TOO_LARGE: {
    name: "Text too long",
    title: (rows, n) => `${rows} ${verb(n, "holds", "hold")} a text of more than 64 KB`,
    why: "Split it into several examples.",
  },
  FIELDS_JSON: {
    name: "Fields cannot be read",
    title: (rows, n) => `${rows} ${verb(n, "has", "have")} no readable fields`,
    why: "The answer is one object with a value for each field.",
  },
  FIELD_MISSING: {
    name: "Field missing",
    title: (rows, n) => `${rows} ${verb(n, "lacks", "lack")} a field`,
    why: "Where the text does not hold it, the field is written empty.",
  },
  FIELD_VALUE: {
    name: "Field is no text",
    title: (rows, n) => `${rows} ${verb(n, "has", "have")} a list where a text belongs`,
    why: "Each field holds one text.",
  },
  LEFT_OUT: {
    name: "Left out by you",
    title: (rows, n) => `${rows} ${verb(n, "was", "were")} left out by you`,
    why: "Take it back below, and they are kept again.",
  },
  ID_COLUMN: {
    name: "A column of numbers or ids",
    title: () => "A column looks like a running number or an id",
    why: "Nothing can be learned from it. Choose another column if it was taken by mistake.",
  },
  PROMPT_INJECTION: {
    name: "Orders to a model",
    title: (rows, n) => `${rows} ${verb(n, "holds", "hold")} a sentence that gives a model orders`,
    why: "It may well belong there. Whoever reviews the row sees this note.",
  },
  WHITESPACE: {
    name: "Stray space",
    title: (rows, n) => `${rows} ${verb(n, "has", "have")} stray space around the text`,
    why: "The model would learn to write it.",
    fix: (n) => (n === 1 ? "Cut it" : `Cut it from ${allOf(n)}`),
    done: "stray space cut",
  },
  LABEL_BALANCE: {
    name: "Unequal labels",
    title: () => "Some labels have far more rows than others",
    why: "What is rare is learned badly; see the picture below.",
  },
};

const ORDER = Object.keys(WORDS);

export const wordsFor = (code: string): FindingWords =>
  WORDS[code] ?? { name: code, title: (rows) => `${rows}: ${code}`, why: "" };

/** Lower matters more; unknown codes come last. */
export const importance = (code: string): number => {
  const at = ORDER.indexOf(code);
  return at < 0 ? ORDER.length : at;
};

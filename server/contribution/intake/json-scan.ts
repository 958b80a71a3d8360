export type JsonFault =
  | { kind: "syntax"; column: number; reason: string }
  | { kind: "depth"; column: number }
  | { kind: "duplicate"; column: number; key: string }
  | { kind: "number"; column: number; text: string };

/** The part of a string that needs no look at each character. */
const PLAIN = /[^"\\\p{Cc}]*/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NOT_FINITE = /[+-]?(?:NaN|Infinity)\b/y;
const WORD = /true|false|null/y;

/**
 * Checks one JSON text (RFC 8259) before it is parsed and says what is wrong first, with its 1-based column in
 * characters. Iterative, so a text nested 200,000 deep is named instead of overflowing the stack; engines differ
 * in whether their own messages carry a position, this does not. Returns null where JSON.parse will succeed.
 */
export function scanJson(text: string, maxDepth: number): JsonFault | null {
  const stack: (Set<string> | null)[] = [];
  let i = 0;
  let wants: "value" | "first-value" | "key" | "first-key" | "next" = "value";
  const skip = () => {
    for (let code = text.charCodeAt(i); code === 32 || code === 10 || code === 13 || code === 9; ) {
      i += 1;
      code = text.charCodeAt(i);
    }
  };
  const fail = (reason: string, at = i): JsonFault => ({ kind: "syntax", column: at + 1, reason });
  const ended = () => fail("the line ends too early");

  for (;;) {
    skip();
    if (wants === "next") {
      if (stack.length === 0) return i < text.length ? fail("text after the end of the value") : null;
      if (i >= text.length) return ended();
      const top = stack[stack.length - 1]!;
      const char = text[i]!;
      if (char === (top === null ? "]" : "}")) {
        stack.pop();
      } else if (char === ",") {
        wants = top === null ? "value" : "key";
      } else {
        return fail(`expected , or ${top === null ? "]" : "}"}`);
      }
      i += 1;
      continue;
    }
    if (i >= text.length) return ended();
    const char = text[i]!;
    if (wants === "key" || wants === "first-key") {
      if (wants === "first-key" && char === "}") {
        stack.pop();
        i += 1;
        wants = "next";
        continue;
      }
      if (char !== '"') return fail("expected a name between double quotes");
      const start = i;
      const end = endOfString(text, i);
      if (typeof end !== "number") return end;
      const inner = text.slice(start + 1, end - 1);
      const key = inner.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : inner;
      const keys = stack[stack.length - 1]!;
      if (keys.has(key)) return { kind: "duplicate", column: start + 1, key };
      keys.add(key);
      i = end;
      skip();
      if (i >= text.length) return ended();
      if (text[i] !== ":") return fail("expected :");
      i += 1;
      wants = "value";
      continue;
    }
    if (wants === "first-value" && char === "]") {
      stack.pop();
      i += 1;
      wants = "next";
      continue;
    }
    if (char === "{" || char === "[") {
      stack.push(char === "{" ? new Set() : null);
      if (stack.length > maxDepth) return { kind: "depth", column: i + 1 };
      i += 1;
      wants = char === "{" ? "first-key" : "first-value";
      continue;
    }
    if (char === '"') {
      const end = endOfString(text, i);
      if (typeof end !== "number") return end;
      i = end;
    } else {
      const literal = match(WORD, text, i);
      const odd = literal === null ? match(NOT_FINITE, text, i) : null;
      if (odd !== null) return { kind: "number", column: i + 1, text: odd };
      const token = literal ?? match(NUMBER, text, i);
      if (token === null) return fail("expected a value");
      if (literal === null && !Number.isFinite(Number(token)))
        return { kind: "number", column: i + 1, text: token };
      i += token.length;
    }
    wants = "next";
  }
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** Index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number | JsonFault {
  for (let i = start + 1; i < text.length; i += 1) {
    PLAIN.lastIndex = i;
    PLAIN.test(text);
    i = PLAIN.lastIndex;
    if (i >= text.length) break;
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code < 0x20) return { kind: "syntax", column: i + 1, reason: "a control character inside a text" };
    if (code === 0x5c) {
      i += 1;
      const escaped = text[i];
      if (escaped === "u") {
        if (!/^[0-9a-fA-F]{4}$/.test(text.slice(i + 1, i + 5))) {
          return { kind: "syntax", column: i, reason: "\\u needs four hex digits" };
        }
        i += 4;
      } else if (escaped !== undefined && !'"\\/bfnrt'.includes(escaped)) {
        return { kind: "syntax", column: i, reason: `\\${escaped} is not an escape` };
      }
    }
  }
  return { kind: "syntax", column: start + 1, reason: "a text that opens here is never closed" };
}

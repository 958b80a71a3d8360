/**
 * How many tokens a text is, without a tokenizer: words of letters take one token and one more for each six letters
 * beyond the first six, digits and signs one each, other scripts by character.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let letters = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) {
      letters += 1;
      if (letters % 6 === 1) tokens += 1;
      continue;
    }
    letters = 0;
    if (code === 32) continue;
    if (code < 128) tokens += 1;
    else if (code < 0x0590) tokens += 0.7;
    else tokens += 1.2;
  }
  return Math.ceil(tokens);
}

/** The template's own tokens around a row. */
export const TEMPLATE_TOKENS = 20;

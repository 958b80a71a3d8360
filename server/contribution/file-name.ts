const MAX_CHARS = 120;
/** Control, line-break, zero-width and direction-changing characters: a name is shown, never obeyed. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu;

/** The name to show for an upload, from a URI-encoded header; the file itself is stored under its hash. */
export const displayFileName = (header: string | null): string => cleanFileName(decode(header ?? ""));

/** The same from the name as it is. */
export function cleanFileName(text: string): string {
  const name = text
    .normalize("NFC")
    .replace(INVISIBLE, " ")
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\s+/g, " ")
    .trim();
  if (name === "" || /^\.+$/.test(name)) return "upload";
  const chars = [...name];
  if (chars.length <= MAX_CHARS) return name;
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? "";
  return `${chars.slice(0, MAX_CHARS - 1 - extension.length).join("")}…${extension}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

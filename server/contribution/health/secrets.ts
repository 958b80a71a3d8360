import { entropyBits, isBase58Check } from "./checksums";
import { findSeedPhrases } from "./seed-phrase";
import { addSpan, type Span } from "./span";

/**
 * Keys that give whoever reads them access: found by the form that their maker gave them, by a checksum where there
 * is one, else by a name that says so beside a value that looks random. Forms as published by the providers and
 * collected in gitleaks' default rules (github.com/gitleaks/gitleaks, config/gitleaks.toml).
 */
const PROVIDERS =
  /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}|glpat-[\w-]{20,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|sk-(?:proj|ant|svcacct|or|admin)-[\w-]{20,}|sk-[A-Za-z0-9]{32,}|AIza[\w-]{35}|xox[abeprs]-[A-Za-z0-9-]{20,}|xapp-\d-[A-Za-z0-9-]{20,}|npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{50,}|hf_[A-Za-z]{34}|SG\.[\w-]{16,32}\.[\w-]{16,64}|\d{8,10}:AA[\w-]{32,34}|dop_v1_[a-f0-9]{64}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|key-[a-f0-9]{32}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{28}|lin_api_[A-Za-z0-9]{40}|eyJrIjoi[A-Za-z0-9+/=]{40,})(?![A-Za-z0-9])/g;

/** Cheap: what any of the providers' keys begins with. */
const PROVIDER_HINT =
  /A[KSBC][ICA]A|gh[pousr]_|github_pat|glpat-|[sr]k[_-]|AIza|xox|xapp-|npm_|pypi-|hf_|SG\.|:AA|dop_v1|shp[acps]|key-|ya29|GOCSPX|lin_api|eyJrI/;

const ASSIGNED =
  /(?:api[_-]?key|apikey|secret|token|passwd|password|access[_-]?key|auth[_-]?key|credential)[\w.-]{0,30}["'`]?\s{0,4}(?:=>|[:=])\s{0,4}["'`]?([^\s"'`,;]{16,200})/gi;
const ASSIGNED_HINT = /key|secret|token|passw|credential/i;
const BEARER = /\bBearer\s+([A-Za-z0-9._~+/-]{20,400}=*)/g;

const HEX_KEY = /(?<![0-9A-Za-z])(?:0x)?[0-9a-fA-F]{64}(?![0-9A-Za-z])/g;
/** Sixty-four hex digits are a hash as often as a key: what stands around them decides. */
const KEY_WORDS =
  /priv(?:ate|ater|ada|ée|ata)?[\s_-]{0,2}(?:key|schl|cl)|(?:key|clave|clé|chiave|chave)\s(?:privada|privée|privata)|privater?\s+schl|secret[\s_-]?key|signing[\s_-]?key|wallet[\s_-]?key|(?:^|[^a-z])pk(?:[^a-z]|$)|[_-]pk\b|wallet\(|importprivkey|privkey|\bsk\s*[=:]/i;
const KEY_BEFORE = 80;
const KEY_AFTER = 30;

const WIF =
  /(?<![1-9A-HJ-NP-Za-km-z])(?:5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KLc][1-9A-HJ-NP-Za-km-z]{51})(?![1-9A-HJ-NP-Za-km-z])/g;
const XPRV = /(?<![1-9A-HJ-NP-Za-km-z])[xyzt]prv[1-9A-HJ-NP-Za-km-z]{107}(?![1-9A-HJ-NP-Za-km-z])/g;
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}/g;
const PEM = /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const LONG_TOKEN = /[A-Za-z0-9]{51}/;

/** Secrets in a text. `beside` is another text of the row that may say what a bare number is. */
export function findSecrets(text: string, beside = ""): Span[] {
  const spans: Span[] = [];
  if (text.length < 20) return spans;
  if (text.includes("PRIVATE KEY")) findPem(text, spans);
  if (text.includes("eyJ")) each(text, JWT, (match) => add(spans, match, "jwt"));
  if (PROVIDER_HINT.test(text)) each(text, PROVIDERS, (match) => add(spans, match, "api_key"));
  if (LONG_TOKEN.test(text)) findWalletKeys(text, beside, spans);
  if (ASSIGNED_HINT.test(text)) each(text, ASSIGNED, (match) => addAssigned(spans, match));
  if (text.includes("Bearer")) each(text, BEARER, (match) => addAssigned(spans, match));
  findSeedPhrases(text, spans);
  return spans;
}

function each(text: string, pattern: RegExp, take: (match: RegExpExecArray) => void): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) take(match);
}

const add = (spans: Span[], match: RegExpExecArray, kind: Span["kind"]) =>
  addSpan(spans, { start: match.index, end: match.index + match[0].length, kind });

function findPem(text: string, spans: Span[]): void {
  each(text, PEM, (match) => {
    const foot = text.indexOf("-----END", match.index);
    const close = foot < 0 ? -1 : text.indexOf("-----", foot + 8);
    addSpan(spans, { start: match.index, end: close < 0 ? text.length : close + 5, kind: "pem" });
  });
}

function findWalletKeys(text: string, beside: string, spans: Span[]): void {
  each(text, HEX_KEY, (match) => {
    const end = match.index + match[0].length;
    const around = `${text.slice(Math.max(0, match.index - KEY_BEFORE), match.index)} ${text.slice(end, end + KEY_AFTER)}`;
    const isBare = end - match.index === text.trim().length;
    if (KEY_WORDS.test(around) || (isBare && KEY_WORDS.test(beside))) add(spans, match, "wallet_key");
  });
  for (const pattern of [WIF, XPRV])
    each(text, pattern, (match) => {
      if (isBase58Check(match[0])) add(spans, match, "wallet_key");
    });
}

/** A placeholder, a call, a variable or a path is no key; a key has letters and digits and is spread out. */
function addAssigned(spans: Span[], match: RegExpExecArray): void {
  const value = match[1]!;
  const looksRandom =
    /^[A-Za-z0-9+/=_.~-]+$/.test(value) &&
    /[0-9]/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !/x{6}|\.\.\.|your|example|changeme|placeholder|process\.env|environ|secrets\.|https?:/i.test(value) &&
    entropyBits(value) >= 3;
  if (!looksRandom) return;
  const start = match.index + match[0].lastIndexOf(value);
  addSpan(spans, { start, end: start + value.length, kind: "api_key" });
}

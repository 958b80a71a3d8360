import { negatives } from "./held-out-negatives";
import { Random } from "./random";
import {
  API_KEYS,
  amex,
  card,
  cpf,
  dni,
  documentIp,
  documentIp6,
  FICTION_PHONES,
  fictionNino,
  fictionSsn,
  iban,
  inFours,
  jwt,
  pem,
  seedPhrase,
  wif,
  xprv,
} from "./synthetic";
import type { DetectorKind, LabelledLine } from "./types";

/**
 * The set that the detectors are judged by. It was written before the rules, and no rule may be changed because of
 * a line in it.
 */
export function heldOut(): LabelledLine[] {
  const random = new Random(20_260_501);
  return [...positives(random), ...negatives(random)];
}

const NAMES = [
  "lena.vogt",
  "t.okafor",
  "mira_sandhu",
  "jo+news",
  "d.castillo88",
  "ines",
  "K.Lindqvist",
  "paul-andre",
];
const HOSTS = [
  "example.com",
  "example.org",
  "mail.example.net",
  "uni.example.edu",
  "praxis.example",
  "example.co.uk",
];
const email = (random: Random) => `${random.pick(NAMES)}@${random.pick(HOSTS)}`;

type Template = (value: string) => string;

function positives(random: Random): LabelledLine[] {
  const lines: LabelledLine[] = [];
  const add = (kind: DetectorKind, count: number, make: () => string, templates: readonly Template[]) => {
    for (let i = 0; i < count; i += 1)
      lines.push({ text: templates[i % templates.length]!(make()), kinds: [kind] });
  };
  const key64 = () => (random.below(2) === 0 ? "0x" : "") + random.hex(64);
  add("wallet_key", 20, key64, [
    (v) => `Here is my private key, please import it: ${v}`,
    (v) => `PRIVATE_KEY=${v}`,
    (v) => `The deployer's privkey is ${v}, do not share.`,
    (v) => `const wallet = new ethers.Wallet("${v}");`,
    (v) => `"privateKey": "${v}"`,
    (v) => `I exported the account from MetaMask and the secret key shows as ${v}`,
    (v) => `export DEPLOYER_PK=${v}`,
    (v) => `Mein privater Schlüssel lautet ${v}`,
    (v) => `cast send --private-key ${v} 0x00 "mint()"`,
    (v) => `Clave privada: ${v}`,
  ]);
  add("wallet_key", 8, () => wif(random, random.below(2) === 0), [
    (v) => `bitcoin-cli importprivkey ${v}`,
    (v) => `I found a paper wallet that reads ${v}. What can I do with it?`,
    (v) => `${v}`,
    (v) => `Sweep this one: ${v} (2013).`,
  ]);
  add("wallet_key", 4, () => xprv(random), [(v) => `root: ${v}`, (v) => `Restore from ${v} please`]);
  add("seed_phrase", 16, () => seedPhrase(random, random.pick([12, 24] as const)), [
    (v) => `My recovery phrase is: ${v}`,
    (v) => v,
    (v) => `Why does the app say that "${v}" is an invalid backup?`,
    (v) => `mnemonic = '${v}'`,
    (v) => `I wrote down these words: ${v}. Then I lost the phone.`,
    (v) => `${v} <- keep this safe`,
  ]);
  add("seed_phrase", 6, () => seedPhrase(random, random.pick([12, 15, 18] as const)), [
    (v) =>
      v
        .split(" ")
        .map((word, i) => `${i + 1}. ${word}`)
        .join("\n"),
    (v) => `seed: ${v.split(" ").join(", ")}`,
    (v) => `Words: ${v.toUpperCase()}`,
  ]);
  add("jwt", 26, () => jwt(random), [
    (v) => `Authorization: Bearer ${v}`,
    (v) => `The server answered with {"token":"${v}"}`,
    (v) => `Can you decode ${v} for me?`,
    (v) => v,
    (v) => `Set-Cookie: session=${v}; Path=/; HttpOnly`,
    (v) => `localStorage.getItem("auth") returns '${v}'.`,
  ]);
  const pems = [
    "RSA PRIVATE KEY",
    "PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "DSA PRIVATE KEY",
  ];
  add("pem", 25, () => pem(random, random.pick(pems)), [
    (v) => v,
    (v) => `How do I convert this to ppk?\n${v}`,
    (v) => `ssl_key: |\n  ${v.replaceAll("\n", "\n  ")}`,
    (v) => `{"private_key": ${JSON.stringify(v)}}`,
    (v) => `cat id_rsa\n${v}\nlooks fine to me`,
  ]);
  for (const make of Object.values(API_KEYS))
    add("api_key", 3, () => make(random), [
      (v) => `My requests fail with 401. The key is ${v} and the account is active.`,
      (v) => `API_KEY="${v}"`,
      (v) => `curl -H "Authorization: Bearer ${v}" https://api.example.com/v1/items`,
    ]);
  const opaque = () =>
    random.text("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", random.pick([20, 32, 40]));
  add("api_key", 10, opaque, [
    (v) => `aws_secret_access_key = ${v}`,
    (v) => `client_secret: "${v}"`,
    (v) => `"apiKey": "${v}",`,
    (v) => `SECRET_TOKEN=${v}`,
    (v) => `x-api-key: ${v}`,
  ]);
  add("email", 34, () => email(random), [
    (v) => `Please send the invoice to ${v}.`,
    (v) => `From: <${v}>`,
    (v) => `You can reach our nurse at ${v} or come by in the morning.`,
    (v) => `mailto:${v}?subject=Hello`,
    (v) => `Bitte antworten Sie an ${v}, danke!`,
    (v) => `Contact(${v})`,
    (v) => `Regards, Lena (${v})`,
    (v) => `The form rejected "${v}" as invalid.`,
  ]);
  for (const make of FICTION_PHONES)
    add("phone", 4, () => make(random), [
      (v) => `Call me on ${v} after six.`,
      (v) => `Tel.: ${v}`,
      (v) => `My number changed, it is ${v} now.`,
      (v) => `The patient left ${v} as a contact.`,
    ]);
  add("iban", 32, () => iban(random), [
    (v) => `Please transfer 40 EUR to ${inFours(v)}.`,
    (v) => `IBAN ${v}`,
    (v) => `My account: ${inFours(v)}, my wife's is at another bank.`,
    (v) => `Das Konto ${v} wurde belastet.`,
    (v) => `"iban":"${v}"`,
  ]);
  const cardForms: ((random: Random) => string)[] = [
    (r) => card(r),
    (r) => inFours(card(r)),
    (r) => inFours(card(r), "-"),
    (r) => amex(r),
    (r) => amex(r).replace(/^(.{4})(.{6})/, "$1 $2 "),
  ];
  for (const make of cardForms)
    add("card", 6, () => make(random), [
      (v) => `I was charged twice on card ${v} last week.`,
      (v) => `Card number: ${v}, exp 04/29`,
      (v) => `${v} keeps being declined.`,
    ]);
  add("ip", 24, () => documentIp(random), [
    (v) => `The visitor came from ${v} at 09:14.`,
    (v) => `${v} - - [12/Mar/2026:10:01:22] "GET / HTTP/1.1" 200`,
    (v) => `Failed password for root from ${v} port 4022 ssh2`,
    (v) => `My home connection is ${v}:8080, can you see it?`,
    (v) => `client_ip="${v}"`,
  ]);
  add("ip", 8, () => documentIp6(random), [
    (v) => `Blocked ${v} for abuse.`,
    (v) => `remote_addr=${v} user=lena`,
  ]);
  add("national_id", 12, () => fictionSsn(random), [
    (v) => `My SSN is ${v}.`,
    (v) => `Social Security number: ${v}`,
    (v) => `ssn=${v}`,
  ]);
  add("national_id", 6, () => fictionNino(random), [
    (v) => `NI number ${v}`,
    (v) => `National Insurance: ${v.replaceAll(" ", "")}`,
  ]);
  add("national_id", 8, () => cpf(random), [
    (v) => `Meu CPF é ${v}.`,
    (v) => `CPF: ${v}`,
    (v) => `O cliente ${v} pediu o reembolso.`,
  ]);
  add("national_id", 6, () => dni(random), [(v) => `Mi DNI es ${v}`, (v) => `DNI/NIE: ${v}, Sevilla`]);
  for (const text of STREETS) lines.push({ text, kinds: ["street"] });
  for (const [text, ...kinds] of SEVERAL(random)) lines.push({ text: text!, kinds: kinds as DetectorKind[] });
  return lines;
}

const STREETS = [
  "Ship it to 742 Evergreen Terrace, Springfield, IL 62704.",
  "She lives at 221B Baker Street, London NW1 6XE.",
  "The clinic moved to 1600 Harbor View Drive, Suite 4.",
  "Meine Adresse ist Musterstraße 12, 12345 Musterstadt.",
  "Bitte liefern Sie an Am Lindenplatz 7, 80331 München",
  "Our office: 350 Fifth Avenue, New York, NY 10118",
  "12 Rue de la Paix, 75002 Paris",
  "I live at 48 Maple Lane, just behind the school.",
  "Return address: 9 Old Mill Road, Galway",
  "Hauptstr. 45a, 50667 Köln",
  "Patient resides at 17 Orchard Court.",
  "Deliver to 4021 NW Sunset Blvd, Portland, OR 97229",
  "Birkenweg 3, 3012 Bern",
  "Mrs. Ayers, 66 Kings Crescent, Bristol BS1 4QA",
  "My landlord at 1313 Mockingbird Ln. kept the deposit.",
  "Calle Mayor 15, 28013 Madrid",
  "Send the parcel to 250 W 57th Street, Apt 12C.",
  "Goethestraße 21, 60313 Frankfurt am Main",
  "12 Grimmauld Place, London",
  "The accident happened outside her home, 5 Cherry Close, Reading.",
  "Via Garibaldi 8, 20121 Milano",
  "Rosenallee 101, 1010 Wien",
  "Pick me up at 300 Riverside Dr, Apt 5.",
  "77 Massachusetts Ave, Cambridge, MA 02139",
  "31 Spooner Street, Quahog",
];

const SEVERAL = (random: Random): string[][] => [
  [`Lena Vogt, ${email(random)}, ${FICTION_PHONES[0]!(random)}`, "email", "phone"],
  [`${documentIp(random)} logged in as ${email(random)}`, "ip", "email"],
  [`Pay ${inFours(iban(random))} or call ${FICTION_PHONES[3]!(random)}`, "iban", "phone"],
  [`name;mail;card\nT. Okafor;${email(random)};${card(random)}`, "email", "card"],
  [`GITHUB_TOKEN=${API_KEYS.github!(random)}\nADMIN=${email(random)}`, "api_key", "email"],
  [`Backup: ${seedPhrase(random, 12)} / mail ${email(random)}`, "seed_phrase", "email"],
];

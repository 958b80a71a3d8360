import type { Random } from "./random";
import { brokenCard, brokenIban, brokenPhrase, inFours, pem } from "./synthetic";
import type { LabelledLine } from "./types";

/** Lines that resemble one of the kinds and hold none. */
export function negatives(random: Random): LabelledLine[] {
  const lines = HAND_WRITTEN_NEGATIVES.map((text): LabelledLine => ({ text, kinds: [] }));
  const add = (count: number, make: (i: number) => string) => {
    for (let i = 0; i < count; i += 1) lines.push({ text: make(i), kinds: [] });
  };
  const uuid = () =>
    `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`;
  add(
    10,
    (i) =>
      [
        `Transaction 0x${random.hex(64)} was included in block 19,204,${random.digits(3)}.`,
        `tx hash: 0x${random.hex(64)}`,
      ][i % 2]!,
  );
  add(
    10,
    (i) =>
      [
        `sha256:${random.hex(64)}`,
        `${random.hex(64)}  modelfactory-0.1.0.tar.gz`,
        `The Merkle root is 0x${random.hex(64)}.`,
      ][i % 3]!,
  );
  add(
    8,
    (i) =>
      [`git revert ${random.hex(40)}`, `Fixed in commit ${random.hex(7)}, see ${random.hex(40)}.`][i % 2]!,
  );
  add(
    10,
    (i) => [`Send to 0x${random.hex(40)}, the public contract.`, `The owner is 0x${random.hex(40)}.`][i % 2]!,
  );
  add(8, () => `The request id is ${uuid()}, please quote it.`);
  add(6, () => `"id": "${uuid()}"`);
  add(
    8,
    (i) =>
      [
        `Order ${random.digits(10)} has shipped.`,
        `Your order number is ${random.digits(3)}-${random.digits(7)}-${random.digits(7)}.`,
      ][i % 2]!,
  );
  add(8, () => `Invoice ${random.digits(4)}-${random.digits(6)}, customer ${random.digits(8)}`);
  add(6, () => `Tracking 1Z${random.text("0123456789ABCDEFGHJK", 16)}`);
  add(
    8,
    (i) =>
      [
        `It happens since version ${1 + random.below(9)}.${random.below(20)}.${random.below(20)}.${random.below(90)}.`,
        `Chrome/${100 + random.below(20)}.0.${random.digits(4)}.${random.below(200)}`,
        `v${random.below(9)}.${random.below(9)}.${random.below(9)}.${random.below(9)} was released`,
      ][i % 3]!,
  );
  add(8, () => `IBAN ${inFours(brokenIban(random))} (example with a wrong check digit)`);
  add(8, () => `The number ${inFours(brokenCard(random))} fails the checksum.`);
  add(8, (i) => [`ISBN 978-3-16-148410-${i}`, `ISBN-13: 97803064061${random.digits(2)}`][i % 2]!);
  add(8, () => `${brokenPhrase(random, 9)}`);
  add(6, () => `The password list of the game: ${brokenPhrase(random, 5)}.`);
  add(
    6,
    () =>
      `On 2026-0${1 + random.below(9)}-1${random.below(9)} at 14:${10 + random.below(49)}:${10 + random.below(49)} the value was ${random.digits(3)}.${random.digits(6)}`,
  );
  add(
    6,
    () => `Coordinates ${random.below(80)}.${random.digits(6)}, -${random.below(170)}.${random.digits(6)}`,
  );
  add(6, () => pem(random, random.pick(["CERTIFICATE", "PUBLIC KEY", "RSA PUBLIC KEY"])));
  add(
    6,
    () =>
      `data:image/png;base64,${random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 120)}`,
  );
  add(
    6,
    () => `Part no. ${random.digits(3)}-${random.digits(4)}-${random.digits(2)} rev ${random.digits(2)}`,
  );
  add(4, () => `arn:aws:iam::${random.digits(12)}:role/reader`);
  add(4, () => `etag: W/"${random.hex(32)}"`);
  return lines;
}

const HAND_WRITTEN_NEGATIVES = [
  "git clone git@github.com:openai/tiktoken.git",
  "npm install @tanstack/react-query@5.108.0",
  '@app.route("/users/<int:id>")',
  "Mention @lena_vogt in the post.",
  "The decorator @dataclass(frozen=True) makes it immutable.",
  "ssh root@localhost -p 2222",
  "Connect to 127.0.0.1:8545 with curl.",
  "The router answers on 192.168.1.1 and the printer on 192.168.1.20.",
  "Listen on 0.0.0.0:3000",
  "The netmask is 255.255.255.0.",
  "Section 3.2.1.4 explains how to apply.",
  "Under rule 10.4.2.1 the applicant may appeal.",
  "OID 1.3.6.1.4.1 is assigned by IANA.",
  "API_KEY=your-api-key-here",
  'password = os.environ["DB_PASSWORD"]',
  "api_key: <YOUR_API_KEY>",
  "secret: {{ secrets.DEPLOY_TOKEN }}",
  "export OPENAI_API_KEY=sk-...",
  "token = get_token(user, scope)",
  "client_secret: xxxxxxxxxxxxxxxxxxxxxxxx",
  "const apiKey = process.env.API_KEY;",
  "A private key must never be shared with anybody.",
  "A seed phrase has twelve or twenty-four words from a list of 2,048.",
  "Never send your recovery phrase to a stranger.",
  "Contact us at [e-mail] or [phone].",
  "Write your name and address at the top of the letter.",
  "What is an e-mail address made of? A local part, an @ and a domain.",
  "Meet @ 5 pm",
  "Call me Ishmael.",
  "Dial 911 in an emergency and 112 in Europe.",
  "Solve 4532 + 1198 - 20 * 3 = ?",
  "Pi is 3.14159265358979323846.",
  "2^64 = 18446744073709551616",
  "0.1 + 0.2 = 0.30000000000000004",
  "The population was 8,336,817 in 2020.",
  "1,234,567,890 bytes are about 1.2 GB.",
  "The range 100-200-3000 is not valid.",
  "Score 21-15, 19-21, 15-12",
  "Between 2019-2020 and 2021-2022 the rate fell.",
  "Model number 555-1212-A",
  "RFC 5737 and RFC 3849",
  "HTTP 404 on port 8080",
  "MAC 00:1A:2B:3C:4D:5E",
  "It took 12:30:45:120 to finish.",
  "std::vector<std::pair<int, int>> pairs;",
  "Foo::Bar::baz(1, 2)",
  "a1b2c3d4e5f6",
  "#ff8800 is orange and #00ff88 is green.",
  "com.example.app.MainActivity",
  "eyJ is how many tokens begin.",
  "lorem.ipsum.dolor sit amet",
  "file.tar.gz.sha256",
  "Wall Street fell 300 points on Monday.",
  "They have 12 street performers and 3 lane closures.",
  "In 1984 Avenue Q did not exist.",
  "Chapter 5 Road to Recovery",
  "The top 10 places to visit",
  "Apollo 11 drove no car on the moon.",
  "2 Way Street is a film.",
  "He ran 5 miles down the road.",
  "Route 66 is a historic highway.",
  "Room 12, floor 3",
  "The year 2023 court ruling",
  "Take 2 tablets 3 times a day for 10 days.",
  "BP 120/80, pulse 72, temp 36.6",
  "ICD-10 code E11.9",
  "ICD-10 M54.5 and CPT 99213",
  "DNA: ACGTACGTACGTACGTACGTACGT",
  "CAS 7732-18-5 is water.",
  "PMID: 31452104, doi:10.1038/s41586-020-2649-2",
  "arXiv:2203.02155",
  "Patent US 10,123,456 B2",
  "VIN 1HGCM82633A004352",
  "EAN 4006381333931",
  "Flight LH 0455, seat 23A",
  "Gate B12, 14:35",
  "Lottery: 04 11 23 35 42 07",
  "The bank's phone menu has five options.",
  "My phone has 128 GB and 5G.",
  "iPhone 15 Pro 256 GB 1199 EUR",
  "GDP grew by 2.4 % to 21,433,226 million.",
  "Serial 4C530001230405117162",
  "SKU 8-714789-763620",
  "UPC 036000291452",
  "rgb(192, 168, 1)",
  "x = [192, 0, 2, 1]",
  "SELECT * FROM users WHERE id = 1042;",
  "for i in range(10): print(i)",
  "ssn VARCHAR(11) NOT NULL",
  "The column ssn holds the social security number.",
  "AA-123-BB is a French number plate.",
  "The card game has 52 cards.",
  "Visa requirements for 2026",
  "American Express was founded in 1850.",
  "DE89 is not a whole IBAN.",
  "An IBAN has up to 34 characters.",
  "Chopin's Op. 10 No. 12",
  "Genesis 1:1-2:3",
  "10:00-11:30 stand-up, 2:30-3:00 review",
  "Windows 10.0.19045",
  "Python 3.11.4 and CUDA 12.1.105",
  "abandon ship and ability test about above absent",
  "The cat sat on the mat and the dog ran away from the big red house.",
];

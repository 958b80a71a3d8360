export type Sent = { to: string; data: string };
export class Person {
  constructor(options: { name: string; url: () => string; patienceMs: number });
  cookies: Map<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: a journey reads what it needs of an answer.
  call(path: string, input?: unknown): Promise<any>;
  send(call: Sent, purpose: string, subjectId: string): Promise<string>;
}

/** Ends a command with a code for programs, a sentence (what happened) and a fix (what to do next). */
export class Failure extends Error {
  constructor(code, message, fix) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}

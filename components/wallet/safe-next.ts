/** Where to go after the sign-in. Only paths of this site: "//host" and "/\host" would lead away, and a browser drops tabs. */
export const safeNext = (next: string | undefined): string =>
  next && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(next) ? next : "/datanets";

/**
 * Where an own run on a sample's frozen version begins: the form with everything filled in. A visitor signs in on the
 * way and lands on the same form.
 */
export function makeItYours(
  { id, isSignedIn }: { id: string; isSignedIn: boolean },
  version: string,
): string {
  const form = `/datanets/${id}/train?version=${version}`;
  return isSignedIn ? form : `/sign-in?next=${encodeURIComponent(form)}`;
}

import { shortHash } from "../common/hash-link";

/** A person by name, or by short address where they gave none. */
export function personName({ name, address }: { name: string | null; address: string }): string {
  return name ?? shortHash(address);
}

const OPEN = "modelfactory.guide.open";
const LOOKED = "modelfactory.guide.looked";
const listeners = new Set<() => void>();

/** Storage may be switched off in a browser; the guide then forgets, and nothing else happens. */
const read = (key: string): boolean => {
  try {
    return sessionStorage.getItem(key) === "1";
  } catch {
    return false;
  }
};

const write = (key: string, isOn: boolean): void => {
  try {
    if (isOn) sessionStorage.setItem(key, "1");
    else sessionStorage.removeItem(key);
  } catch {
    // Forgotten with the page.
  }
  for (const listener of listeners) listener();
};

/** What a visitor's tab remembers of the guide, until they sign in. */
export const remembered = {
  isOpen: () => read(OPEN),
  setOpen: (isOpen: boolean) => write(OPEN, isOpen),
  hasLooked: () => read(LOOKED),
  setLooked: () => write(LOOKED, true),
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

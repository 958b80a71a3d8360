"use client";
import { useSyncExternalStore } from "react";
import { localAddress, subscribeLocalKey } from "./local-key";

/** Address of the key kept in this browser, or null. */
export const useLocalAddress = () => useSyncExternalStore(subscribeLocalKey, localAddress, () => null);

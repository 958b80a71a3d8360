"use client";
import dynamic from "next/dynamic";
import type { DialogProps } from "./dialog-window";

const DialogWindow = dynamic(() => import("./dialog-window").then((module) => module.DialogWindow), {
  ssr: false,
});

/** Focus is kept inside, Escape closes, focus returns to where it came from. Its code comes with the first opening. */
export function Dialog(props: DialogProps) {
  return props.open ? <DialogWindow {...props} /> : null;
}

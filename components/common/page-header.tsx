import type { ReactNode } from "react";
import { cn } from "../ui/cn";

type PageHeaderProps = {
  /** What kind of thing this is ("Datanet"), often a link back to its list. */
  noun?: ReactNode;
  title: string;
  /** One sentence of state. */
  sentence?: ReactNode;
  /** The one next action. */
  action?: ReactNode;
  menu?: ReactNode;
};

export function PageHeader({ noun, title, sentence, action, menu }: PageHeaderProps) {
  return (
    // A menu alone stands beside the name on a phone too; an action gets a line of its own there.
    <header className={cn("mb-6 flex items-end justify-between gap-x-6 gap-y-4", action && "flex-wrap")}>
      <div className="min-w-0 flex-1 basis-80">
        {noun ? <p className="mb-1 text-sm text-muted">{noun}</p> : null}
        <h1 className="text-xl break-words sm:text-2xl">{title}</h1>
        {sentence ? <p className="mt-1.5 max-w-reading text-muted">{sentence}</p> : null}
      </div>
      {action || menu ? (
        <div className="flex shrink-0 items-center gap-2">
          {action}
          {menu}
        </div>
      ) : null}
    </header>
  );
}

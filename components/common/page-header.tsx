import type { ReactNode } from "react";

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
    <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
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

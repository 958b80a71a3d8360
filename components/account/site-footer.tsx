import { ThemeToggle } from "../common/theme-toggle";

export function SiteFooter() {
  return (
    <footer className="mt-auto border-t border-line print:hidden">
      <div className="mx-auto flex w-full max-w-page flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-4 text-sm text-muted sm:px-6">
        <p>Measured, with its error stated. Anyone can recompute it.</p>
        <ThemeToggle />
      </div>
    </footer>
  );
}

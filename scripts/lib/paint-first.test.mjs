import { describe, expect, it } from "vitest";
import { paintFirst } from "./paint-first.mjs";

const PAGE = `<head><link rel="stylesheet" href="/a.css"/><script src="/_next/static/chunks/a.js" async="" nonce="N"></script>
<script src="/_next/static/chunks/b.js" nonce="N" async=""></script><script src="/_next/static/old.js" noModule="" nonce="N"></script>
<script nonce="N">self.x=1<2</script></head><body><p>5 < 6, é</p><script src="https://else.where/c.js" async=""></script></body>`;

const late = (name) =>
  `<link rel="preload" as="script" fetchPriority="low" nonce="N" href="/_next/static/chunks/${name}.js" data-late=""/>`;
const whole = () => {
  const page = paintFirst("N");
  return page.write(PAGE) + page.end();
};

describe("a page is painted before its scripts run", () => {
  it("preloads Next's async scripts, and leaves every other script as it is", () => {
    const html = whole();
    const loader = /<script nonce="N">\(function.+?\)\(\)<\/script>/s.exec(html)[0];
    expect(html.replace(loader, "")).toBe(
      PAGE.replace(/<script src="[^"]*a\.js"[^>]*><\/script>/, late("a")).replace(
        /<script src="[^"]*b\.js"[^>]*><\/script>/,
        late("b"),
      ),
    );
    expect(html.indexOf(loader)).toBeLessThan(html.indexOf(late("a")));
    expect(loader).toContain("link[data-late]");
    expect(() => new Function(loader.replace(/<.*?>/g, ""))).not.toThrow();
  });

  it("makes the same of it wherever it is cut", () => {
    for (let cut = 1; cut < PAGE.length; cut += 1) {
      const page = paintFirst("N");
      const sent = page.write(PAGE.slice(0, cut)) + page.write(PAGE.slice(cut)) + page.end();
      expect(sent).toBe(whole());
    }
  });

  it("holds nothing back that is complete", () => {
    expect(paintFirst("N").write("<p>one</p>")).toBe("<p>one</p>");
    expect(paintFirst("N").write("<p>one</p><scr")).toBe("<p>one</p>");
  });
});

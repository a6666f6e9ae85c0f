import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { openBrowser } from "./browser.ts";

test("the browser shows a page of this machine, keeps its security rules, and finds no other machine", async () => {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    if (request.url === "/strict") {
      response.setHeader("content-security-policy", "script-src 'none'");
      response.end("<title>strict</title><script>document.title = 'loose'</script>");
    } else response.end("<title>مرحبا</title><p>one page");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${port}/`);
    assert.equal(await page.title(), "مرحبا");
    const foreign = await page.evaluate(
      (url) =>
        // The page's own fetch, asking another origin that allows nobody.
        globalThis.fetch(url).then(
          () => "read",
          () => "refused",
        ),
      `http://127.0.0.1:${port}/`,
    );
    assert.equal(foreign, "refused");
    await page.goto(`http://localhost:${port}/strict`);
    assert.equal(await page.title(), "strict");
    await assert.rejects(page.goto("http://example.com/"), /ERR_NAME_NOT_RESOLVED/);
  } finally {
    await browser.close();
    server.close();
  }
});

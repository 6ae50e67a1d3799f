// A stand-in for the server, to look at pages before their API is there. Never shipped, and no test
// of the product runs against it. Serves dist with the product's security headers.
//   node tests/dev/server.mjs [port]

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeData } from "./data.mjs";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types whyops-worker";

const data = makeData();

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://x");
  if (url.pathname.startsWith("/api/")) return api(request, response, url);
  const file = join(dist, url.pathname);
  const found = url.pathname !== "/" && existsSync(file) && extname(file) !== "";
  if (!found && extname(url.pathname) === ".js") {
    response.writeHead(404).end();
    return;
  }
  const path = found ? file : join(dist, "index.html");
  response.writeHead(200, {
    "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
  });
  response.end(readFileSync(path));
});

function api(request, response, url) {
  const send = (status, value) => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(value === undefined ? "" : JSON.stringify(value));
  };
  const path = decodeURIComponent(url.pathname.slice(4));
  if (path === "/live") {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(":hello\n\n");
    const timer = setInterval(() => response.write(":beat\n\n"), 10_000);
    if (url.searchParams.get("probe"))
      setTimeout(
        () => response.write(`event: refusal\ndata: ${JSON.stringify(data.refusal)}\n\n`),
        500,
      );
    else
      setTimeout(
        () =>
          response.write(
            data.extra.map((t) => `event: trace\ndata: ${JSON.stringify(t)}\n\n`).join(""),
          ),
        800,
      );
    request.on("close", () => clearInterval(timer));
    return;
  }
  const answer = data.answer(request.method, path, url.searchParams);
  if (answer === undefined)
    return send(404, {
      error: {
        code: "not_found",
        message: "There is no such thing in this project.",
        requestId: "req_dev",
      },
    });
  if (answer === null) return send(204);
  send(200, answer);
}

server.listen(Number(process.argv[2] ?? 8099), "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${server.address().port}`),
);

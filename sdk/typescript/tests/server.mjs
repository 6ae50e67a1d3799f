// A small HTTP server on a free port that remembers requests and answers as scripted.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

export const KEY = `whyops_test_${"a".repeat(36)}`;
export const TEXT = "It has shipped.";

export function golden(name) {
  return JSON.parse(
    readFileSync(new URL(`../../contract/golden/${name}.json`, import.meta.url), "utf8"),
  );
}

/** `answer(seen)` says what to send: { status, body, headers, delayMs, destroy }. */
export async function startServer(answer = () => ({}), port = 0) {
  const seen = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      let raw = Buffer.concat(chunks);
      if (request.headers["content-encoding"] === "gzip") raw = gunzipSync(raw);
      const text = raw.toString();
      const entry = {
        path: request.url,
        headers: request.headers,
        text,
        body: text ? JSON.parse(text) : undefined,
        at: performance.now(),
      };
      seen.push(entry);
      const {
        status = 202,
        body = { success: true },
        headers = {},
        delayMs,
        destroy,
      } = stub.answer(entry) ?? {};
      if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      if (destroy) return request.socket.destroy();
      const type = typeof body === "string" ? "text/event-stream" : "application/json";
      response.writeHead(status, { "Content-Type": type, ...headers });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stub = {
    answer,
    seen,
    url: `http://127.0.0.1:${server.address().port}`,
    get events() {
      return seen
        .filter((entry) => entry.path.startsWith("/api/events/ingest"))
        .flatMap((entry) => entry.body);
    },
    get calls() {
      return seen.filter((entry) => !entry.path.startsWith("/api/"));
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
  return stub;
}

/** An address where nothing listens. */
export async function deadUrl() {
  const stub = await startServer();
  await stub.close();
  return stub.url;
}

const sse = (events) =>
  events.map(([name, data]) => `${name ? `event: ${name}\n` : ""}data: ${data}\n\n`).join("");

/** Answers of both providers, streamed and not. */
export function provider(seen) {
  if (seen.path.startsWith("/api/")) return {};
  const { stream, model } = seen.body;
  if (seen.path.includes("messages")) {
    const message = {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model,
      content: [{ type: "text", text: TEXT }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: { input_tokens: 5, output_tokens: 4 },
    };
    if (!stream) return { status: 200, body: message };
    const events = [
      { type: "message_start", message: { ...message, content: [], stop_reason: null } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: TEXT } },
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: 4 },
      },
      { type: "message_stop" },
    ];
    return { status: 200, body: sse(events.map((event) => [event.type, JSON.stringify(event)])) };
  }
  const base = { id: "chatcmpl-1", created: 1, model };
  if (!stream) {
    const choice = {
      index: 0,
      finish_reason: "stop",
      message: { role: "assistant", content: TEXT },
    };
    const usage = { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 };
    return { status: 200, body: { ...base, object: "chat.completion", choices: [choice], usage } };
  }
  const chunk = (delta, finish_reason) =>
    JSON.stringify({
      ...base,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason }],
    });
  const chunks = [chunk({ role: "assistant", content: TEXT }, null), chunk({}, "stop"), "[DONE]"];
  return { status: 200, body: sse(chunks.map((data) => ["", data])) };
}

/** What was logged while `run` ran. */
export async function logged(run) {
  const original = console.warn;
  const lines = [];
  console.warn = (line) => lines.push(String(line));
  try {
    await run();
  } finally {
    console.warn = original;
  }
  return lines;
}

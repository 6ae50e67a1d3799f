import { expect, test } from "vitest";
import { SseParser } from "#/api/live";

const text =
  ':hi\nid: 7\nevent: trace\ndata: {"a":\ndata: 1}\r\n\r\nevent:reset\n\ndata: x\rdata: y\r\r\n\n';

test("live frames are the same however the text is cut", () => {
  const whole = new SseParser().push(text);
  expect(whole).toEqual([
    { event: "trace", data: '{"a":\n1}', id: "7" },
    { event: "reset", data: "", id: "7" },
    { event: "message", data: "x\ny", id: "7" },
  ]);
  for (let cut = 1; cut < text.length; cut++) {
    const parser = new SseParser();
    expect([...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))]).toEqual(whole);
  }
});

import { describe, expect, test } from "vitest";
import { snippetsFor } from "#/features/connect/snippets";

const input = {
  gatewayUrl: "http://127.0.0.1:8080",
  key: "whyops_live_abc",
  model: "m-1",
  agent: 'it\'s "mine"',
};

describe("snippets", () => {
  test.each(["openai", "anthropic"] as const)(
    "of %s hold the real address, key, model and agent",
    (type) => {
      for (const { code } of snippetsFor({ ...input, type })) {
        expect(code).toContain("http://127.0.0.1:8080");
        expect(code).toContain("whyops_live_abc");
        expect(code).toContain("m-1");
        expect(code).toContain("X-Agent-Name");
        expect(code).not.toContain(type === "openai" ? "x-api-key" : "Bearer");
      }
    },
  );

  test("the base URL is the one that each client wants", () => {
    const openai = snippetsFor({ ...input, type: "openai" })[0]?.code;
    const anthropic = snippetsFor({ ...input, type: "anthropic" })[0]?.code;
    expect(openai).toContain('base_url="http://127.0.0.1:8080/v1"');
    expect(anthropic).toContain('base_url="http://127.0.0.1:8080"');
  });

  test("quotes in a name do not break the code", () => {
    const snippets = snippetsFor({ ...input, type: "openai" });
    expect(snippets.find((s) => s.name === "curl")?.code).toContain(
      `'X-Agent-Name: it'\\''s "mine"'`,
    );
    expect(snippets[0]?.code).toContain('"it\'s \\"mine\\""');
  });
});

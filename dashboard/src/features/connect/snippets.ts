/**
 * Code that works as it is copied: the real gateway, key, model and agent name, in the dialect of
 * the provider's type. A test runs each of them.
 */
import type { Schemas } from "#/api/client";

export type SnippetName = "python-openai" | "python-anthropic" | "typescript" | "java" | "curl";
type Type = Schemas["ProviderType"];

export interface SnippetInput {
  type: Type;
  /** As users reach it, without a slash at the end. */
  gatewayUrl: string;
  key: string;
  model: string;
  agent: string;
}

export interface Snippet {
  name: SnippetName;
  label: string;
  /** What to install first. */
  install: string | null;
  code: string;
}

export const DEFAULT_MODEL: Record<Type, string> = {
  openai: "gpt-4o-mini",
  anthropic: "claude-3-5-haiku-latest",
};
export const KEY_PLACEHOLDER = "YOUR_WHYOPS_API_KEY";

const QUESTION = "Say hello in five words.";

export function snippetsFor(input: SnippetInput): Snippet[] {
  const python = input.type === "openai" ? pythonOpenAi(input) : pythonAnthropic(input);
  return [python, typescript(input), java(input), curl(input)];
}

function pythonOpenAi({ gatewayUrl, key, model, agent }: SnippetInput): Snippet {
  return {
    name: "python-openai",
    label: "Python",
    install: "pip install openai",
    code: `from openai import OpenAI

client = OpenAI(
    base_url=${quoted(`${gatewayUrl}/v1`)},
    api_key=${quoted(key)},
    default_headers={"X-Agent-Name": ${quoted(agent)}},
)
completion = client.chat.completions.create(
    model=${quoted(model)},
    messages=[{"role": "user", "content": ${quoted(QUESTION)}}],
)
print(completion.choices[0].message.content)
`,
  };
}

function pythonAnthropic({ gatewayUrl, key, model, agent }: SnippetInput): Snippet {
  return {
    name: "python-anthropic",
    label: "Python",
    install: "pip install anthropic",
    code: `from anthropic import Anthropic

client = Anthropic(
    base_url=${quoted(gatewayUrl)},
    api_key=${quoted(key)},
    default_headers={"X-Agent-Name": ${quoted(agent)}},
)
message = client.messages.create(
    model=${quoted(model)},
    max_tokens=800,
    messages=[{"role": "user", "content": ${quoted(QUESTION)}}],
)
print(message.content[0].text)
`,
  };
}

function typescript({ type, gatewayUrl, key, model, agent }: SnippetInput): Snippet {
  const openai = `import OpenAI from "openai";

const client = new OpenAI({
  baseURL: ${quoted(`${gatewayUrl}/v1`)},
  apiKey: ${quoted(key)},
  defaultHeaders: { "X-Agent-Name": ${quoted(agent)} },
});
const completion = await client.chat.completions.create({
  model: ${quoted(model)},
  messages: [{ role: "user", content: ${quoted(QUESTION)} }],
});
console.log(completion.choices[0].message.content);
`;
  const anthropic = `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  baseURL: ${quoted(gatewayUrl)},
  apiKey: ${quoted(key)},
  defaultHeaders: { "X-Agent-Name": ${quoted(agent)} },
});
const message = await client.messages.create({
  model: ${quoted(model)},
  max_tokens: 800,
  messages: [{ role: "user", content: ${quoted(QUESTION)} }],
});
console.log(message.content);
`;
  return {
    name: "typescript",
    label: "TypeScript",
    install: type === "openai" ? "npm install openai" : "npm install @anthropic-ai/sdk",
    code: type === "openai" ? openai : anthropic,
  };
}

/** The JDK's own client: nothing to install, and it shows which headers count. */
function java({ type, gatewayUrl, key, model, agent }: SnippetInput): Snippet {
  const openai = type === "openai";
  const body = JSON.stringify(payload(type, model), null, 2).replace(/^/gm, "        ").trimStart();
  const credential = openai
    ? `.header("Authorization", ${quoted(`Bearer ${key}`)})`
    : `.header("x-api-key", ${quoted(key)})\n        .header("anthropic-version", "2023-06-01")`;
  return {
    name: "java",
    label: "Java",
    install: null,
    code: `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class Hello {
  public static void main(String[] args) throws Exception {
    String body = """
        ${body.replace(/\\/g, "\\\\")}
        """;
    HttpRequest request = HttpRequest.newBuilder(URI.create(${quoted(gatewayUrl + path(type))}))
        ${credential}
        .header("X-Agent-Name", ${quoted(agent)})
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(response.body());
  }
}
`,
  };
}

function curl({ type, gatewayUrl, key, model, agent }: SnippetInput): Snippet {
  const credential =
    type === "openai"
      ? `  -H ${shell(`Authorization: Bearer ${key}`)} \\`
      : `  -H ${shell(`x-api-key: ${key}`)} \\\n  -H 'anthropic-version: 2023-06-01' \\`;
  return {
    name: "curl",
    label: "curl",
    install: null,
    code: `curl -sS ${shell(gatewayUrl + path(type))} \\
${credential}
  -H ${shell(`X-Agent-Name: ${agent}`)} \\
  -H 'Content-Type: application/json' \\
  -d ${shell(JSON.stringify(payload(type, model)))}
`,
  };
}

function path(type: Type): string {
  return type === "openai" ? "/v1/chat/completions" : "/v1/messages";
}

function payload(type: Type, model: string): Record<string, unknown> {
  const messages = [{ role: "user", content: QUESTION }];
  return type === "openai" ? { model, messages } : { model, max_tokens: 800, messages };
}

/** A string that Python, TypeScript and Java read alike. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function shell(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

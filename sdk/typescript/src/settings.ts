/** Settings: from the constructor, else the environment, else the default. */
export interface Settings {
  readonly apiKey: string | undefined;
  readonly agentName: string | undefined;
  readonly proxyBaseUrl: string;
  readonly analyseBaseUrl: string;
  readonly enabled: boolean;
}

// Not "localhost": Node 18 tries ::1 first, where nothing listens.
const DEFAULT_PROXY_BASE_URL = "http://127.0.0.1:8080";
const FALSE = new Set(["0", "false", "no", "off"]);

/** Empty text counts as absent. Events go beside the proxy unless told otherwise. */
export function resolve(given: {
  apiKey?: string | undefined;
  agentName?: string | undefined;
  proxyBaseUrl?: string | undefined;
  analyseBaseUrl?: string | undefined;
  enabled?: boolean | undefined;
}): Settings {
  const proxy = withoutSlashes(
    text(given.proxyBaseUrl, "WHYOPS_PROXY_BASE_URL") ?? DEFAULT_PROXY_BASE_URL,
  );
  const analyse =
    text(given.analyseBaseUrl, "WHYOPS_ANALYSE_BASE_URL") ?? `${withoutV1(proxy)}/api`;
  return {
    apiKey: text(given.apiKey, "WHYOPS_API_KEY"),
    agentName: text(given.agentName, "WHYOPS_AGENT_NAME"),
    proxyBaseUrl: proxy,
    analyseBaseUrl: withoutSlashes(analyse),
    enabled:
      given.enabled ?? !FALSE.has((text(undefined, "WHYOPS_ENABLED") ?? "true").toLowerCase()),
  };
}

export function withoutV1(url: string): string {
  return url.endsWith("/v1") ? url.slice(0, -"/v1".length) : url;
}

function withoutSlashes(url: string): string {
  let end = url.length;
  while (end > 0 && url[end - 1] === "/") end--;
  return url.slice(0, end);
}

function text(value: string | undefined, variable: string): string | undefined {
  for (const candidate of [value, process.env[variable]]) {
    const trimmed = typeof candidate === "string" ? candidate.trim() : "";
    if (trimmed) return trimmed;
  }
  return undefined;
}

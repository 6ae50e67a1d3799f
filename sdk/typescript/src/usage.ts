/** Token counts in the shape of the ingest API: `promptTokens` is the uncached input. */
type Fields = Record<string, unknown>;

/** Takes the documented names as they are and turns a provider's own usage object into them. */
export function normalized(usage: unknown): unknown {
  if (usage === null || usage === undefined) return undefined;
  if (typeof usage !== "object") return usage;
  const fields = usage as Fields;
  if ("prompt_tokens" in fields) return openai(fields, "prompt_tokens", "completion_tokens");
  if ("cache_read_input_tokens" in fields || "cache_creation_input_tokens" in fields) {
    return anthropic(fields);
  }
  if ("input_tokens_details" in fields || "output_tokens_details" in fields) {
    return openai(fields, "input_tokens", "output_tokens");
  }
  return "input_tokens" in fields ? anthropic(fields) : fields;
}

/** Chat completions and Responses: the prompt's count includes what came from the cache. */
function openai(fields: Fields, inputName: string, outputName: string): Fields {
  const all = fields[inputName];
  const cached = part(fields, `${inputName}_details`, "cached_tokens");
  const uncached = typeof all === "number" && typeof cached === "number" ? all - cached : all;
  return present({
    promptTokens: uncached,
    completionTokens: fields[outputName],
    totalTokens: fields["total_tokens"],
    cacheReadTokens: cached,
    reasoningTokens: part(fields, `${outputName}_details`, "reasoning_tokens"),
    ...media(fields, `${inputName}_details`, `${outputName}_details`),
  });
}

/** Sound and pictures: the provider's input counts include what came from the cache, ours do not. */
function media(fields: Fields, inputDetails: string, outputDetails: string): Fields {
  const counts: Fields = {};
  for (const [medium, ours] of [
    ["audio", "Audio"],
    ["image", "Image"],
  ]) {
    const name = `${medium}_tokens`;
    const all = part(fields, inputDetails, name);
    const details = part(fields, inputDetails, "cached_tokens_details");
    const cached = part({ details }, "details", name);
    counts[`input${ours}Tokens`] =
      typeof all === "number" && typeof cached === "number" ? all - cached : all;
    counts[`cacheRead${ours}Tokens`] = cached;
    counts[`output${ours}Tokens`] = part(fields, outputDetails, name);
  }
  return counts;
}

function anthropic(fields: Fields): Fields {
  return present({
    promptTokens: fields["input_tokens"],
    completionTokens: fields["output_tokens"],
    cacheReadTokens: fields["cache_read_input_tokens"],
    cacheCreationTokens: fields["cache_creation_input_tokens"],
    cacheWrite5mTokens: part(fields, "cache_creation", "ephemeral_5m_input_tokens"),
    cacheWrite1hTokens: part(fields, "cache_creation", "ephemeral_1h_input_tokens"),
  });
}

function part(fields: Fields, group: string, name: string): unknown {
  const details = fields[group];
  return typeof details === "object" && details !== null ? (details as Fields)[name] : undefined;
}

function present(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

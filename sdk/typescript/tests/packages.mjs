// Every supported version of both provider packages, as installed under an alias.
const load = async (alias, kind) => {
  const module = await import(alias);
  const { version } = (await import(`./version.mjs`)).of(alias);
  return { label: `${kind} ${version}`, kind, module, Client: module.default };
};

export const OPENAI = await Promise.all(
  ["openai4", "openai5", "openai6", "openai7"].map((alias) => load(alias, "openai")),
);
export const ANTHROPIC = await Promise.all(
  ["anthropic0", "anthropic1"].map((alias) => load(alias, "anthropic")),
);
export const ALL = [...OPENAI, ...ANTHROPIC];

export const helper = (sdk, pack, client) => sdk[pack.kind](client);

export const call = (pack, client, options) => {
  const messages = [{ role: "user", content: "Where is order 123?" }];
  return pack.kind === "openai"
    ? client.chat.completions.create({ model: "gpt-4o", messages }, options)
    : client.messages.create({ model: "claude", max_tokens: 8, messages }, options);
};

export const answerOf = (pack, answer) =>
  pack.kind === "openai" ? answer.choices[0].message.content : answer.content[0].text;

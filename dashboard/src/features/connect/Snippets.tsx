import { useEffect, useRef, useState } from "react";
import type { Schemas } from "#/api/client";
import { useConfig } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { CodeBlock } from "#/ui/Copy";
import { FormRow, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { SelectField } from "#/ui/Select";
import { Tabs } from "#/ui/Tabs";
import styles from "./Connect.module.css";
import { DEFAULT_MODEL, KEY_PLACEHOLDER, type SnippetName, snippetsFor } from "./snippets";

export function Snippets({
  providers,
  apiKey,
}: {
  providers: Schemas["Provider"][];
  apiKey: string | null;
}) {
  const { gatewayUrl } = useConfig();
  const first = providers.find((p) => p.default) ?? providers[0];
  const [providerId, setProviderId] = useState(first?.id ?? "");
  const provider = providers.find((p) => p.id === providerId) ?? first;
  const type = provider?.type ?? "openai";
  const [agent, setAgent] = useState("my-agent");
  const [model, setModel] = useState(DEFAULT_MODEL[type]);
  const lastType = useRef(type);
  useEffect(() => {
    if (lastType.current !== type) setModel(DEFAULT_MODEL[type]);
    lastType.current = type;
  }, [type]);
  const [name, setName] = useState<SnippetName | "python">("python");
  if (!provider) return null;
  // A provider that is not the default of its type is named in the model.
  const named =
    provider.default || providers.filter((p) => p.type === type).length === 1
      ? model
      : `${provider.slug}/${model}`;
  const snippets = snippetsFor({
    type,
    gatewayUrl: gatewayUrl.replace(/\/$/, ""),
    key: apiKey ?? KEY_PLACEHOLDER,
    model: named,
    agent: agent.trim() || "my-agent",
  });
  const snippet = snippets.find((s) => s.name === name) ?? snippets[0];
  if (!snippet) return null;
  return (
    <div className={styles.rows}>
      <FormRow>
        <SelectField
          label="Provider"
          value={provider.id}
          options={providers.map((p) => ({ value: p.id, label: p.name }))}
          onChange={setProviderId}
        />
        <TextField
          label="Model"
          mono
          value={model}
          onChange={(e) => setModel(e.target.value)}
          autoComplete="off"
          spellCheck={false}
        />
        <TextField
          label="Agent name"
          value={agent}
          onChange={(e) => setAgent(e.target.value)}
          autoComplete="off"
          maxLength={255}
        />
      </FormRow>
      {!apiKey && (
        <Notice>
          Put your key in place of <code>{KEY_PLACEHOLDER}</code>.
        </Notice>
      )}
      <div className={styles.snippet}>
        <Tabs
          label="Language"
          value={snippet.name}
          tabs={snippets.map((s) => ({
            value: s.name,
            label:
              s.name === "python-anthropic"
                ? "Python Anthropic"
                : s.name === "python-openai"
                  ? "Python OpenAI"
                  : s.label,
          }))}
          onChange={setName}
        >
          <div className={styles.snippetBody}>
            {snippet.install && <CodeBlock code={snippet.install} label="install command" />}
            <CodeBlock code={snippet.code} label={`${snippet.label} code`} />
          </div>
        </Tabs>
      </div>
      <p className={styles.text}>
        Calls of <SafeText text={agent.trim() || "my-agent"} /> go to {provider.name} and show up
        here.
      </p>
    </div>
  );
}

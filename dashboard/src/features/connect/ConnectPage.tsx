import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, FlaskConical } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { body, type Schemas } from "#/api/client";
import { problemOf } from "#/api/problems";
import { ProviderForm } from "#/shell/ProviderForm";
import { TEST_REMEDY, TEST_WORD, useProviderTest } from "#/shell/providerTest";
import { apiKeysKey, useApiKeys, useProviders } from "#/shell/resources";
import { useConfig, useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { CodeBlock, CopyButton } from "#/ui/Copy";
import { cx } from "#/ui/cx";
import { FormRow, TextField } from "#/ui/Field";
import { ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Lead, Page } from "#/ui/Page";
import { SelectField } from "#/ui/Select";
import { Tabs } from "#/ui/Tabs";
import styles from "./Connect.module.css";
import { Probe } from "./Probe";
import { DEFAULT_MODEL, KEY_PLACEHOLDER, type SnippetName, snippetsFor } from "./snippets";

/** Provider, key, code: from nothing to the first trace. */
export function ConnectPage() {
  const providers = useProviders();
  const keys = useApiKeys();
  const [key, setKey] = useState<string | null>(null);
  if (providers.error) {
    return (
      <Page title="Get started" narrow>
        <ErrorState error={providers.error} onRetry={() => void providers.refetch()} />
      </Page>
    );
  }
  if (!providers.data || !keys.data) {
    return (
      <Page title="Get started" narrow>
        <Skeleton />
      </Page>
    );
  }
  const liveKeys = keys.data.filter((k) => k.revokedAt === null);
  const hasProvider = providers.data.length > 0;
  const hasKey = key !== null || liveKeys.length > 0;
  return (
    <Page title="Get started" narrow>
      <Lead>
        Three steps from here to the first trace. Your application keeps its client library; it only
        calls another address.
      </Lead>
      <ol className={styles.steps}>
        <Step number={1} title="Provider" done={hasProvider} open>
          <ProviderStep providers={providers.data} />
        </Step>
        <Step number={2} title="Key" done={hasKey} open={hasProvider}>
          <KeyStep shown={key} count={liveKeys.length} onKey={setKey} />
        </Step>
        <Step number={3} title="Connect" done={false} open={hasProvider && hasKey}>
          <Snippets providers={providers.data} apiKey={key} />
          <Probe />
        </Step>
      </ol>
    </Page>
  );
}

function Step({
  number,
  title,
  done,
  open,
  children,
}: {
  number: number;
  title: string;
  done: boolean;
  open: boolean;
  children: ReactNode;
}) {
  return (
    <li className={cx(styles.step, !open && styles.later)}>
      <div className={cx(styles.number, done && styles.done)} aria-hidden>
        {done ? <Check size={14} /> : number}
      </div>
      <div className={styles.stepBody}>
        <h2>
          {title}
          {done && <span className="visually-hidden"> (done)</span>}
        </h2>
        {open && children}
      </div>
    </li>
  );
}

function ProviderStep({ providers }: { providers: Schemas["Provider"][] }) {
  const admin = useMay("admin");
  const { projectId } = useProject();
  const test = useProviderTest();
  const [adding, setAdding] = useState(false);
  if (providers.length === 0 || adding) {
    if (!admin) return <Notice>An admin of this project has to add a provider first.</Notice>;
    return (
      <>
        <p className={styles.text}>
          Where the calls go. No provider key at hand? Stop the server and run{" "}
          <code>./whyops demo</code>: it brings a scripted provider and a sample agent.
        </p>
        <div className={styles.card}>
          <ProviderForm
            onSaved={(saved) => {
              setAdding(false);
              test.mutate(saved.id);
            }}
            {...(adding ? { onCancel: () => setAdding(false) } : {})}
          />
        </div>
      </>
    );
  }
  const result = test.data?.result;
  return (
    <div className={styles.rows}>
      <div className={styles.text}>
        {providers.map((p) => p.name).join(", ")} ·{" "}
        <Link to="/p/$project/providers" params={{ project: projectId }}>
          Manage providers
        </Link>
      </div>
      <div className={styles.line}>
        {admin && providers[0] && (
          <Button
            size="small"
            icon={<FlaskConical size={14} aria-hidden />}
            busy={test.isPending}
            onClick={() => test.mutate((test.variables ?? providers[0]?.id) as string)}
          >
            Test {providers.find((p) => p.id === test.variables)?.name ?? providers[0].name}
          </Button>
        )}
        {admin && (
          <Button size="small" variant="ghost" onClick={() => setAdding(true)}>
            Add another
          </Button>
        )}
      </div>
      {result && (
        <Notice tone={result === "ok" ? "ok" : "warning"} title={TEST_WORD[result]}>
          {TEST_REMEDY[result]}
        </Notice>
      )}
      {test.error && <ErrorState error={test.error} />}
    </div>
  );
}

function KeyStep({
  shown,
  count,
  onKey,
}: {
  shown: string | null;
  count: number;
  onKey: (key: string) => void;
}) {
  const { api, projectId } = useProject();
  const may = useMay("member");
  const admin = useMay("admin");
  const queries = useQueryClient();
  const [name, setName] = useState("First application");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const create = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const scopes: Schemas["Scope"][] = admin
        ? ["proxy", "ingest", "passthrough"]
        : ["proxy", "ingest"];
      const created = await body(
        api.POST("/api/api-keys", {
          body: { name: name.trim(), environment: "PRODUCTION", scopes },
        }),
      );
      onKey(created.key);
      await queries.invalidateQueries({ queryKey: apiKeysKey(projectId) });
    } catch (error) {
      setProblem(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  if (shown) {
    return (
      <div className={styles.rows}>
        <div className={styles.key}>
          <code>{shown}</code>
          <CopyButton text={shown} label="Copy key" primary />
        </div>
        <Notice tone="warning">
          Copy it now: it is shown this once. The code below has it filled in.
        </Notice>
      </div>
    );
  }
  if (!may) return <Notice>Members of this project can create a key.</Notice>;
  return (
    <div className={styles.rows}>
      {count > 0 && (
        <p className={styles.text}>
          There {count === 1 ? "is a key" : `are ${count} keys`} already. Keys are never shown
          again, so make a new one to have it filled in below, or put your own in.
        </p>
      )}
      <form
        className={styles.line}
        aria-label="Create a key"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") void create();
        }}
      >
        <div className={styles.keyName}>
          <TextField
            label="Name of the key"
            value={name}
            onChange={(e) => setName(e.target.value)}
            error={problem}
            autoComplete="off"
            maxLength={255}
          />
        </div>
        <Button
          type="submit"
          variant={count > 0 ? "secondary" : "primary"}
          busy={busy}
          disabled={name.trim() === ""}
          className={styles.lowButton}
        >
          Create key
        </Button>
      </form>
    </div>
  );
}

function Snippets({
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

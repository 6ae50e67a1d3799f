import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { Button } from "#/ui/Button";
import { CheckField, FieldGroup, Form, FormActions, FormRow, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { SelectField } from "#/ui/Select";
import { apiKeysKey, useProviders } from "./resources";
import { type Environment, useMay, useProject } from "./session";

type Scope = Schemas["Scope"];

const SCOPES: { scope: Scope; label: string; hint: string }[] = [
  {
    scope: "proxy",
    label: "Call models",
    hint: "Chat, responses, messages, embeddings and model lists, recorded.",
  },
  { scope: "ingest", label: "Send events", hint: "Register agents and send runtime events." },
  { scope: "read", label: "Read the API", hint: "Everything this dashboard shows, for scripts." },
  {
    scope: "passthrough",
    label: "Everything else of the provider",
    hint: "Files, batches, deletions: lends the provider key's whole power.",
  },
];

export const ENVIRONMENTS = [
  { value: "PRODUCTION", label: "Production" },
  { value: "STAGING", label: "Staging" },
  { value: "DEVELOPMENT", label: "Development" },
] as const;

const NEVER = "never";
const EXPIRIES = [
  { value: NEVER, label: "Never" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
];
const ANY = "any";

export function KeyForm({
  onCreated,
  onCancel,
}: {
  onCreated: (created: Schemas["ApiKeyCreated"]) => void;
  onCancel: () => void;
}) {
  const { api, projectId } = useProject();
  const admin = useMay("admin");
  const queries = useQueryClient();
  const providers = useProviders().data ?? [];
  const [name, setName] = useState("");
  const [environment, setEnvironment] = useState<Environment>("PRODUCTION");
  const [scopes, setScopes] = useState<Scope[]>(
    admin ? ["proxy", "ingest", "passthrough"] : ["proxy", "ingest"],
  );
  const [expiry, setExpiry] = useState(NEVER);
  const [agent, setAgent] = useState("");
  const [provider, setProvider] = useState(ANY);
  const [limits, setLimits] = useState<Limits>({
    requests: "",
    tokens: "",
    concurrent: "",
    budget: "",
  });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const submit = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const created = await body(
        api.POST("/api/api-keys", {
          body: {
            name: name.trim(),
            environment,
            scopes,
            ...(expiry === NEVER
              ? {}
              : { expiresAt: new Date(Date.now() + Number(expiry) * 86_400_000).toISOString() }),
            ...(agent.trim() === "" ? {} : { defaultAgent: agent.trim() }),
            ...(provider === ANY ? {} : { boundProviderId: provider }),
            ...limitsOf(limits),
          },
        }),
      );
      await queries.invalidateQueries({ queryKey: apiKeysKey(projectId) });
      onCreated(created);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const ready = name.trim() !== "" && scopes.length > 0;
  return (
    <Form label="Create API key" onSubmit={() => ready && void submit()}>
      {problem && problem.details.length === 0 && <Notice tone="error" title={problem.message} />}
      <FormRow>
        <TextField
          label="Name"
          value={name}
          onChange={(e) => setName(e.target.value)}
          error={problem?.forField("name")}
          hint="Where it will be used."
          autoComplete="off"
          maxLength={255}
        />
        <SelectField
          label="Environment"
          value={environment}
          options={ENVIRONMENTS}
          onChange={setEnvironment}
        />
      </FormRow>
      <FieldGroup legend="May">
        {SCOPES.filter((s) => admin || s.scope !== "passthrough").map(({ scope, label, hint }) => (
          <CheckField
            key={scope}
            label={label}
            hint={hint}
            checked={scopes.includes(scope)}
            onChange={(e) =>
              setScopes(e.target.checked ? [...scopes, scope] : scopes.filter((s) => s !== scope))
            }
          />
        ))}
      </FieldGroup>
      <FormRow>
        <TextField
          label="Default agent"
          optional
          value={agent}
          onChange={(e) => setAgent(e.target.value)}
          error={problem?.forField("defaultAgent")}
          hint="For calls that name none."
          autoComplete="off"
        />
        <SelectField label="Expires" value={expiry} options={EXPIRIES} onChange={setExpiry} />
      </FormRow>
      <details>
        <summary>Provider and limits</summary>
        <SelectField
          label="Provider"
          value={provider}
          options={[
            { value: ANY, label: "Any of the project" },
            ...providers.map((p) => ({ value: p.id, label: p.name })),
          ]}
          onChange={setProvider}
        />
        <LimitFields limits={limits} onChange={setLimits} problem={problem} />
      </details>
      <FormActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" busy={busy} disabled={!ready}>
          Create key
        </Button>
      </FormActions>
    </Form>
  );
}

interface Limits {
  requests: string;
  tokens: string;
  concurrent: string;
  budget: string;
}

function LimitFields({
  limits,
  onChange,
  problem,
}: {
  limits: Limits;
  onChange: (limits: Limits) => void;
  problem: Problem | undefined;
}) {
  const field = (name: keyof Limits) => ({
    value: limits[name],
    onChange: (e: { target: { value: string } }) => onChange({ ...limits, [name]: e.target.value }),
  });
  return (
    <FormRow>
      <TextField
        label="Requests per minute"
        optional
        inputMode="numeric"
        {...field("requests")}
        error={problem?.forField("requestsPerMinute")}
      />
      <TextField
        label="Tokens per minute"
        optional
        inputMode="numeric"
        {...field("tokens")}
        error={problem?.forField("tokensPerMinute")}
      />
      <TextField
        label="Calls at once"
        optional
        inputMode="numeric"
        {...field("concurrent")}
        error={problem?.forField("concurrentCalls")}
      />
      <TextField
        label="USD per month"
        optional
        inputMode="decimal"
        {...field("budget")}
        error={problem?.forField("monthlyBudgetUsd")}
      />
    </FormRow>
  );
}

function limitsOf(limits: Limits): { limits?: Schemas["KeyLimitsRequest"] } {
  const result: Schemas["KeyLimitsRequest"] = {
    ...(limits.requests === "" ? {} : { requestsPerMinute: Number(limits.requests) }),
    ...(limits.tokens === "" ? {} : { tokensPerMinute: Number(limits.tokens) }),
    ...(limits.concurrent === "" ? {} : { concurrentCalls: Number(limits.concurrent) }),
    ...(limits.budget === "" ? {} : { monthlyBudgetUsd: limits.budget }),
  };
  return Object.keys(result).length > 0 ? { limits: result } : {};
}

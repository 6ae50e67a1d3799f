import type { Schemas } from "#/api/client";
import type { Problem } from "#/api/problems";
import { Button } from "#/ui/Button";
import { CheckField, Form, FormActions, FormRow, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { SelectField } from "#/ui/Select";
import { useProviders } from "./resources";
import { DEFAULTS, useProviderForm, type Values } from "./useProviderForm";

type Provider = Schemas["Provider"];

const TYPES = [
  { value: "openai", label: "OpenAI", note: "and all that speak its language" },
  { value: "anthropic", label: "Anthropic" },
] as const;

/** Adds a provider, or changes the one that is given. */
export function ProviderForm({
  provider,
  onSaved,
  onCancel,
}: {
  provider?: Provider;
  onSaved: (provider: Provider) => void;
  onCancel?: () => void;
}) {
  const form = useProviderForm(provider, onSaved);
  const { values, set, problem } = form;
  const others = (useProviders().data ?? []).filter(
    (p) => p.type === values.type && p.id !== provider?.id,
  );
  return (
    <Form
      label={provider ? "Edit provider" : "Add provider"}
      onSubmit={() => form.ready && void form.save()}
    >
      {problem && problem.details.length === 0 && <Notice tone="error" title={problem.message} />}
      {!provider && (
        <SelectField
          label="Type"
          value={values.type}
          options={TYPES}
          onChange={form.setType}
          hint="The language that its API speaks."
        />
      )}
      <FormRow>
        <TextField
          label="Name"
          value={values.name}
          onChange={(e) => set({ name: e.target.value })}
          error={problem?.forField("name")}
          autoComplete="off"
          maxLength={255}
        />
        <TextField
          label="Slug"
          mono
          value={values.slug}
          onChange={(e) => set({ slug: e.target.value })}
          error={problem?.forField("slug")}
          hint={`Calls may name it: ${values.slug || "slug"}/model`}
          autoComplete="off"
          spellCheck={false}
        />
      </FormRow>
      <TextField
        label="Base URL"
        type="url"
        mono
        value={values.baseUrl}
        onChange={(e) => set({ baseUrl: e.target.value })}
        error={problem?.forField("baseUrl")}
        autoComplete="off"
        spellCheck={false}
      />
      <TextField
        label="API key"
        type="password"
        mono
        optional={form.keyOptional}
        value={values.apiKey}
        onChange={(e) => set({ apiKey: e.target.value })}
        error={problem?.forField("apiKey")}
        placeholder={provider ? `…${provider.keyLast4}` : DEFAULTS[values.type].keyHint}
        hint={
          form.originChanged
            ? "The address points to another server: enter the key for it. A key is never sent to a server that it was not entered for."
            : "Kept encrypted and never shown again; the gateway puts it into the calls."
        }
        autoComplete="off"
        spellCheck={false}
      />
      <CheckField
        label="Default for its type"
        hint="Takes the calls that name no provider."
        checked={values.default}
        onChange={(e) => set({ default: e.target.checked })}
      />
      <details>
        <summary>More settings</summary>
        <Advanced values={values} set={set} problem={problem} others={others} />
      </details>
      <FormActions>
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
        <Button type="submit" variant="primary" busy={form.busy} disabled={!form.ready}>
          {provider ? "Save" : "Add provider"}
        </Button>
      </FormActions>
    </Form>
  );
}

const NONE = "none";

function Advanced({
  values,
  set,
  problem,
  others,
}: {
  values: Values;
  set: (change: Partial<Values>) => void;
  problem: Problem | undefined;
  others: Provider[];
}) {
  const fallbacks = [
    { value: NONE, label: "None" },
    ...others.map((p) => ({ value: p.slug, label: p.name })),
  ];
  return (
    <div>
      <FormRow>
        <TextField
          label="Connect timeout (s)"
          inputMode="decimal"
          value={values.connectS}
          onChange={(e) => set({ connectS: e.target.value })}
          error={problem?.forField("connectMs")}
        />
        <TextField
          label="First answer (s)"
          inputMode="decimal"
          value={values.headS}
          onChange={(e) => set({ headS: e.target.value })}
          error={problem?.forField("headMs")}
        />
        <TextField
          label="Silence (s)"
          inputMode="decimal"
          value={values.silenceS}
          onChange={(e) => set({ silenceS: e.target.value })}
          error={problem?.forField("silenceMs")}
        />
      </FormRow>
      <FormRow>
        <TextField
          label="Retries"
          inputMode="numeric"
          value={values.retries}
          onChange={(e) => set({ retries: e.target.value })}
          error={problem?.forField("retries")}
          hint="Before the first byte only."
        />
        <SelectField
          label="Fallback"
          value={values.fallback ?? NONE}
          options={fallbacks}
          onChange={(next) => set({ fallback: next === NONE ? null : next })}
        />
      </FormRow>
      <CheckField
        label="Model names may hold slashes"
        hint="For OpenRouter, vLLM and the like: an unknown first part belongs to the model."
        checked={values.acceptsSlashes}
        onChange={(e) => set({ acceptsSlashes: e.target.checked })}
      />
      {values.type === "openai" && (
        <CheckField
          label="Ask for usage in streams"
          hint="Adds stream_options.include_usage where a call lacks it; the extra part is taken out of the answer."
          checked={values.injectUsage}
          onChange={(e) => set({ injectUsage: e.target.checked })}
        />
      )}
    </div>
  );
}

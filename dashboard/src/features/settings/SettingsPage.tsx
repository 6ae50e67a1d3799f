import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { apiFor, body, done, type Schemas, served } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { meQuery, useMay, useMe, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button, IconButton } from "#/ui/Button";
import { ConfirmDialog } from "#/ui/Dialog";
import {
  CheckField,
  FieldGroup,
  Form,
  FormActions,
  RadioField,
  TextArea,
  TextField,
} from "#/ui/Field";
import { ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Facts, Page, Panel } from "#/ui/Page";
import { toast } from "#/ui/Toasts";
import styles from "./Settings.module.css";

type Settings = Schemas["Settings"];

const RETENTION_MAX_DAYS = 3650;

export function SettingsPage() {
  const { api, projectId } = useProject();
  const admin = useMay("admin");
  const owner = useMay("owner");
  const settings = useQuery({
    queryKey: ["settings", projectId],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/projects/{projectId}/settings", { params: { path: { projectId } }, signal }),
      ),
  });
  return (
    <Page title="Settings" narrow>
      {settings.error && (
        <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />
      )}
      {settings.isPending && <Skeleton />}
      {admin && <NamePanel />}
      {settings.data &&
        (admin ? (
          <SettingsForm key={JSON.stringify(settings.data)} settings={settings.data} />
        ) : (
          <ReadOnly settings={settings.data} />
        ))}
      <PasswordPanel />
      {owner && <DangerPanel />}
    </Page>
  );
}

function ReadOnly({ settings }: { settings: Settings }) {
  return (
    <Panel title="Recording">
      <Facts
        items={[
          ["Capture", settings.capture],
          ["Signatures", settings.signatures ? "on" : "off"],
          ["Kept for", `${settings.retentionDays} days`],
          ["Masking rules", String(settings.masking.length)],
        ]}
      />
    </Panel>
  );
}

const CAPTURES = [
  {
    value: "full",
    label: "Everything",
    hint: "Messages, answers and tool data, so that traces can be read and explained.",
  },
  {
    value: "metadata",
    label: "Metadata only",
    hint: "No text: roles, sizes, tool names, tokens, timing.",
  },
  { value: "off", label: "Nothing but the call", hint: "Status, timing, sizes and tokens." },
] as const;

function SettingsForm({ settings }: { settings: Settings }) {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const [capture, setCapture] = useState(settings.capture);
  const [signatures, setSignatures] = useState(settings.signatures);
  const [days, setDays] = useState(String(settings.retentionDays));
  const [rules, setRules] = useState(settings.masking);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const wrongDays = !/^\d+$/.test(days) || Number(days) < 1 || Number(days) > RETENTION_MAX_DAYS;
  const changed =
    capture !== settings.capture ||
    signatures !== settings.signatures ||
    days !== String(settings.retentionDays) ||
    JSON.stringify(rules) !== JSON.stringify(settings.masking);
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const next = await body(
        api.PATCH("/api/projects/{projectId}/settings", {
          params: { path: { projectId } },
          body: { capture, signatures, retentionDays: Number(days), masking: rules },
        }),
      );
      queries.setQueryData(["settings", projectId], next);
      toast("Settings saved");
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Recording">
      <Form label="Recording" onSubmit={() => !wrongDays && void save()}>
        {problem && (
          <Notice tone="error" title={problem.message}>
            {problem.details.map((d) => (
              <div key={d.field}>
                {d.field}: {d.message}
              </div>
            ))}
          </Notice>
        )}
        <FieldGroup legend="What is recorded of a call">
          {CAPTURES.map(({ value, label, hint }) => (
            <RadioField
              key={value}
              name="capture"
              label={label}
              hint={hint}
              checked={capture === value}
              onChange={() => setCapture(value)}
            />
          ))}
        </FieldGroup>
        <CheckField
          label="Invisible signatures in answers"
          hint="Finds the trace of a conversation without headers, by invisible characters at the end of answers. They alter what your application receives: switch them on only where nothing compares or hashes answers."
          checked={signatures}
          onChange={(e) => setSignatures(e.target.checked)}
        />
        <div className={styles.short}>
          <TextField
            label="Days that traces are kept"
            inputMode="numeric"
            value={days}
            onChange={(e) => setDays(e.target.value)}
            error={
              wrongDays
                ? `A number from 1 to ${RETENTION_MAX_DAYS}.`
                : problem?.forField("retentionDays")
            }
            hint="Older ones are deleted for good."
          />
        </div>
        <MaskingRules rules={rules} onChange={setRules} />
        <FormActions>
          <Button type="submit" variant="primary" busy={busy} disabled={!changed || wrongDays}>
            Save
          </Button>
        </FormActions>
      </Form>
    </Panel>
  );
}

function MaskingRules({
  rules,
  onChange,
}: {
  rules: Settings["masking"];
  onChange: (rules: Settings["masking"]) => void;
}) {
  const set = (index: number, change: Partial<Settings["masking"][number]>) =>
    onChange(rules.map((r, i) => (i === index ? { ...r, ...change } : r)));
  return (
    <FieldGroup legend="Masking">
      <p className={styles.muted}>
        Applied before anything is written to disk. Patterns are regular expressions in RE2 syntax,
        which take linear time.
      </p>
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no id, and are edited in place
        <div key={index} className={styles.rule}>
          <TextField
            label="Name"
            value={rule.name}
            onChange={(e) => set(index, { name: e.target.value })}
            autoComplete="off"
          />
          <TextField
            label="Pattern"
            mono
            value={rule.pattern}
            onChange={(e) => set(index, { pattern: e.target.value })}
            autoComplete="off"
            spellCheck={false}
          />
          <TextField
            label="Replacement"
            mono
            value={rule.replacement}
            onChange={(e) => set(index, { replacement: e.target.value })}
            autoComplete="off"
            spellCheck={false}
          />
          <IconButton
            label={`Remove rule ${rule.name}`}
            className={styles.ruleButton}
            onClick={() => onChange(rules.filter((_, i) => i !== index))}
          >
            <Trash2 size={15} aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<Plus size={14} aria-hidden />}
          onClick={() => onChange([...rules, { name: "", pattern: "", replacement: "[masked]" }])}
        >
          Add rule
        </Button>
      </div>
      {served("POST /api/projects/{projectId}/settings/masking-trial") && rules.length > 0 && (
        <MaskingTrial rules={rules} />
      )}
    </FieldGroup>
  );
}

function MaskingTrial({ rules }: { rules: Settings["masking"] }) {
  const { api, projectId } = useProject();
  const [text, setText] = useState("");
  const [result, setResult] = useState<Schemas["MaskingTrial"] | null>(null);
  const [problem, setProblem] = useState<string>();
  const run = async () => {
    setProblem(undefined);
    try {
      setResult(
        await body(
          api.POST("/api/projects/{projectId}/settings/masking-trial", {
            params: { path: { projectId } },
            body: { masking: rules, text },
          }),
        ),
      );
    } catch (error) {
      setResult(null);
      setProblem(problemOf(error).message);
    }
  };
  return (
    <div className={styles.trial}>
      <TextArea
        label="Try it on a text"
        rows={3}
        value={text}
        onChange={(e) => setText(e.target.value)}
        error={problem}
      />
      <div>
        <Button size="small" disabled={text === ""} onClick={() => void run()}>
          Try
        </Button>
      </div>
      {result && (
        <Notice
          tone="ok"
          title={result.matches.map((m) => `${m.name}: ${m.count}`).join(", ") || "No match"}
        >
          <SafeText text={result.text} />
        </Notice>
      )}
    </div>
  );
}

function NamePanel() {
  const { projectId, name: current } = useProject();
  const queries = useQueryClient();
  const [name, setName] = useState(current);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await body(
        apiFor(projectId).PATCH("/api/projects/{projectId}", {
          params: { path: { projectId } },
          body: { name: name.trim() },
        }),
      );
      await queries.refetchQueries({ queryKey: meQuery.queryKey });
      toast("Name saved");
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Project">
      <Form label="Project" onSubmit={() => name.trim() !== "" && void save()}>
        <TextField
          label="Name"
          value={name}
          onChange={(e) => setName(e.target.value)}
          error={problem?.forField("name") ?? problem?.message}
          autoComplete="off"
          maxLength={255}
        />
        <FormActions>
          <Button
            type="submit"
            variant="primary"
            busy={busy}
            disabled={name.trim() === "" || name.trim() === current}
          >
            Save
          </Button>
        </FormActions>
      </Form>
    </Panel>
  );
}

function PasswordPanel() {
  const me = useMe();
  const [now, setNow] = useState("");
  const [next, setNext] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  if (!me?.user) return null;
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await done(
        apiFor("").POST("/api/auth/password", {
          body: { currentPassword: now, newPassword: next },
        }),
      );
      setNow("");
      setNext("");
      toast("Password changed. Other sessions have ended.");
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Your password">
      <Form label="Your password" onSubmit={() => next.length >= 8 && void save()}>
        {problem && problem.details.length === 0 && <Notice tone="error" title={problem.message} />}
        <input
          type="hidden"
          name="username"
          autoComplete="username"
          value={me.user.email}
          readOnly
        />
        <TextField
          label="Present password"
          type="password"
          autoComplete="current-password"
          value={now}
          onChange={(e) => setNow(e.target.value)}
          error={problem?.forField("currentPassword")}
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          value={next}
          onChange={(e) => setNext(e.target.value)}
          error={problem?.forField("newPassword")}
          hint="At least 8 characters. Ends your other sessions."
        />
        <FormActions>
          <Button type="submit" busy={busy} disabled={now === "" || next.length < 8}>
            Change password
          </Button>
        </FormActions>
      </Form>
    </Panel>
  );
}

function DangerPanel() {
  const { api, projectId, name } = useProject();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  return (
    <Panel title="Delete this project">
      <p className={styles.muted}>
        Its keys are refused within a second, its provider keys are destroyed, and its traces are
        deleted. This cannot be undone.
      </p>
      <br />
      <Button variant="danger" onClick={() => setDeleting(true)}>
        Delete project
      </Button>
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        title="Delete this project?"
        action="Delete project"
        typed={name}
        onConfirm={async () => {
          await done(api.DELETE("/api/projects/{projectId}", { params: { path: { projectId } } }));
          await queries.refetchQueries({ queryKey: meQuery.queryKey });
          await navigate({ to: "/" });
          toast("Project deleted");
        }}
      >
        <p>All that belongs to it is deleted for good.</p>
      </ConfirmDialog>
    </Panel>
  );
}

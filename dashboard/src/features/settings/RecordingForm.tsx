import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { useProject } from "#/shell/session";
import { Button } from "#/ui/Button";
import { CheckField, FieldGroup, Form, FormActions, RadioField, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { Panel } from "#/ui/Page";
import { toast } from "#/ui/Toasts";
import { MaskingRules } from "./MaskingRules";
import styles from "./Settings.module.css";

type Settings = Schemas["Settings"];

const RETENTION_MAX_DAYS = 3650;

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

/** What is recorded of calls, how long it is kept, and what is masked. */
export function RecordingForm({ settings }: { settings: Settings }) {
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

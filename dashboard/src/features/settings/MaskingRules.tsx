import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { problemOf } from "#/api/problems";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button, IconButton } from "#/ui/Button";
import { FieldGroup, TextArea, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import styles from "./Settings.module.css";

type Settings = Schemas["Settings"];

/** What is put in place of secrets, with a text to try the rules on. */
export function MaskingRules({
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
      {rules.length > 0 && <MaskingTrial rules={rules} />}
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

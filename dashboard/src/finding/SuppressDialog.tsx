import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body } from "#/api/client";
import { problemOf } from "#/api/problems";
import { useProject } from "#/shell/session";
import { Button } from "#/ui/Button";
import { Dialog } from "#/ui/Dialog";
import { FieldGroup, Form, FormActions, RadioField, TextField } from "#/ui/Field";
import { SelectField } from "#/ui/Select";
import { toast } from "#/ui/Toasts";

const DAY_MS = 86_400_000;

const LASTS = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "never", label: "until somebody takes it back" },
] as const;
type Lasts = (typeof LASTS)[number]["value"];

/** Findings of this kind are no news here: they stay counted, and are not shown as open. */
export function SuppressDialog({
  code,
  agentName,
  open,
  onClose,
}: {
  code: string;
  agentName: string;
  open: boolean;
  onClose: () => void;
}) {
  const { api } = useProject();
  const queries = useQueryClient();
  const [everywhere, setEverywhere] = useState(false);
  const [lasts, setLasts] = useState<Lasts>("90");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const suppress = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await body(
        api.POST("/api/suppressions", {
          body: {
            code,
            agent: everywhere ? null : agentName,
            reason: reason.trim(),
            expiresAt:
              lasts === "never"
                ? null
                : new Date(Date.now() + Number(lasts) * DAY_MS).toISOString(),
          },
        }),
      );
      await Promise.all(
        ["findings", "agent-findings", "suppressions"].map((name) =>
          queries.invalidateQueries({ queryKey: [name] }),
        ),
      );
      onClose();
      toast(`${code} suppressed`);
    } catch (error) {
      setProblem(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Suppress findings of this kind?"
      description="They are still counted. The suppression says who made it and why, and can be taken back."
    >
      <Form label="Suppress findings" onSubmit={() => reason.trim() !== "" && void suppress()}>
        <FieldGroup legend={`Where ${code} is suppressed`}>
          <RadioField
            name="suppress-where"
            label={`For the agent ${agentName}`}
            checked={!everywhere}
            onChange={() => setEverywhere(false)}
          />
          <RadioField
            name="suppress-where"
            label="In the whole project"
            checked={everywhere}
            onChange={() => setEverywhere(true)}
          />
        </FieldGroup>
        <SelectField label="For how long" value={lasts} options={LASTS} onChange={setLasts} />
        <TextField
          label="Reason"
          value={reason}
          onChange={(e) => setReason(e.target.value)}
          error={problem}
          maxLength={1000}
          autoComplete="off"
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={reason.trim() === ""}>
            Suppress
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}

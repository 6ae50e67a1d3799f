import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body } from "#/api/client";
import { useProject } from "#/shell/session";
import { FieldGroup, RadioField } from "#/ui/Field";
import { SelectField } from "#/ui/Select";
import { toast } from "#/ui/Toasts";
import { ReasonDialog } from "./ReasonDialog";

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
  const suppress = async (reason: string) => {
    await body(
      api.POST("/api/suppressions", {
        body: {
          code,
          agent: everywhere ? null : agentName,
          reason,
          expiresAt:
            lasts === "never" ? null : new Date(Date.now() + Number(lasts) * DAY_MS).toISOString(),
        },
      }),
    );
    await Promise.all(
      ["findings", "agent-findings", "suppressions"].map((name) =>
        queries.invalidateQueries({ queryKey: [name] }),
      ),
    );
    toast(`${code} suppressed`);
  };
  return (
    <ReasonDialog
      open={open}
      onClose={onClose}
      title="Suppress findings of this kind?"
      description="They are still counted. The suppression says who made it and why, and can be taken back."
      label="Suppress findings"
      action="Suppress"
      onDecide={suppress}
    >
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
    </ReasonDialog>
  );
}

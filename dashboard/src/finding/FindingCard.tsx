import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body, type Schemas, served } from "#/api/client";
import { problemOf } from "#/api/problems";
import { count, percent } from "#/format/format";
import { useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { Dialog } from "#/ui/Dialog";
import { Form, FormActions, TextField } from "#/ui/Field";
import { Pill, SeverityTag } from "#/ui/Tags";
import { toast } from "#/ui/Toasts";
import { Time } from "#/ui/Values";
import styles from "./Finding.module.css";

type Finding = Schemas["Finding"];

const DISMISS = served("PATCH /api/findings/{findingId}");

interface Props {
  finding: Finding;
  onEvidence: (ref: Schemas["Ref"]) => void;
}

/** One thing that is wrong, with its evidence and what to do about it. */
export function FindingCard({ finding, onEvidence }: Props) {
  const may = useMay("member");
  const [dismissing, setDismissing] = useState(false);
  return (
    <article className={styles.card} data-status={finding.status}>
      <div className={styles.head}>
        <SeverityTag severity={finding.severity} />
        <h3>
          <SafeText text={finding.title} />
        </h3>
        {finding.status !== "open" && <Pill>{finding.status}</Pill>}
        {DISMISS && may && finding.status === "open" && (
          <Button size="small" variant="ghost" onClick={() => setDismissing(true)}>
            Dismiss
          </Button>
        )}
      </div>
      <p>
        <strong>
          <SafeText text={finding.recommendation.action} />
        </strong>{" "}
        <SafeText text={finding.recommendation.detail} />
      </p>
      {finding.evidence.length > 0 && (
        <div className={styles.evidence}>
          {finding.evidence.slice(0, 12).map((ref, index) => (
            <Button key={`${ref.eventId} ${ref.path}`} size="small" onClick={() => onEvidence(ref)}>
              Evidence {index + 1}
              {ref.path && (
                <code>
                  <SafeText text={ref.path} />
                </code>
              )}
            </Button>
          ))}
          {finding.evidence.length > 12 && (
            <span className={styles.muted}>12 of {count(finding.evidence.length)}</span>
          )}
        </div>
      )}
      <div className={styles.muted}>
        <code>{finding.code}</code> · confidence {percent(finding.confidence, 0)} ·{" "}
        <Time at={finding.createdAt} relative />
      </div>
      <DismissDialog finding={finding} open={dismissing} onClose={() => setDismissing(false)} />
    </article>
  );
}

function DismissDialog({
  finding,
  open,
  onClose,
}: {
  finding: Finding;
  open: boolean;
  onClose: () => void;
}) {
  const { api } = useProject();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const dismiss = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await body(
        api.PATCH("/api/findings/{findingId}", {
          params: { path: { findingId: finding.id } },
          body: { status: "dismissed", reason: reason.trim() },
        }),
      );
      await queries.invalidateQueries({ queryKey: ["findings"] });
      onClose();
      toast("Finding dismissed");
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
      title="Dismiss this finding?"
      description="It stays counted, and says who dismissed it and why."
    >
      <Form label="Dismiss finding" onSubmit={() => reason.trim() !== "" && void dismiss()}>
        <TextField
          label="Reason"
          value={reason}
          onChange={(e) => setReason(e.target.value)}
          error={problem}
          autoComplete="off"
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={reason.trim() === ""}>
            Dismiss
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { body, type Schemas } from "#/api/client";
import { count, percent } from "#/format/format";
import { useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { Pill, SeverityTag } from "#/ui/Tags";
import { toast, toastProblem } from "#/ui/Toasts";
import { Time } from "#/ui/Values";
import styles from "./Finding.module.css";
import { ReasonDialog } from "./ReasonDialog";
import { SuppressDialog } from "./SuppressDialog";

type Finding = Schemas["Finding"];

interface Props {
  finding: Finding;
  /** Whom a suppression is for. */
  agentName: string;
  /** False while the trace is open: what is found then is not decided about. */
  settled: boolean;
  /** What stands beside the code, such as a link to the trace. */
  where?: ReactNode;
  onEvidence: (ref: Schemas["Ref"]) => void;
}

/** One thing that is wrong, with its evidence and what to do about it. */
export function FindingCard({ finding, agentName, settled, where, onEvidence }: Props) {
  const may = useMay("member") && settled;
  const [dialog, setDialog] = useState<"dismiss" | "suppress">();
  const setStatus = useSetStatus(finding.id);
  const close = () => setDialog(undefined);
  return (
    <article className={styles.card} data-status={finding.status}>
      <div className={styles.head}>
        <SeverityTag severity={finding.severity} />
        <h3>
          <SafeText text={finding.title} />
        </h3>
        {finding.status !== "open" && <Pill>{finding.status}</Pill>}
        {may && finding.status === "open" && (
          <>
            <Button size="small" variant="ghost" onClick={() => setDialog("dismiss")}>
              Dismiss
            </Button>
            <Button size="small" variant="ghost" onClick={() => setDialog("suppress")}>
              Suppress
            </Button>
          </>
        )}
        {may && finding.status === "dismissed" && (
          <Button
            size="small"
            variant="ghost"
            onClick={() => void setStatus("open").catch(toastProblem)}
          >
            Reopen
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
        {where && <> · {where}</>}
      </div>
      <ReasonDialog
        open={dialog === "dismiss"}
        onClose={close}
        title="Dismiss this finding?"
        description="It stays counted, and the audit log keeps who dismissed it and why."
        label="Dismiss finding"
        action="Dismiss"
        onDecide={(reason) => setStatus("dismissed", reason)}
      />
      <SuppressDialog
        code={finding.code}
        agentName={agentName}
        open={dialog === "suppress"}
        onClose={close}
      />
    </article>
  );
}

function useSetStatus(findingId: string) {
  const { api } = useProject();
  const queries = useQueryClient();
  return async (status: "open" | "dismissed", reason?: string) => {
    await body(
      api.PATCH("/api/findings/{findingId}", {
        params: { path: { findingId } },
        body: { status, reason },
      }),
    );
    await Promise.all(
      ["findings", "agent-findings"].map((name) => queries.invalidateQueries({ queryKey: [name] })),
    );
    toast(status === "open" ? "Finding reopened" : "Finding dismissed");
  };
}

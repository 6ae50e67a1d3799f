import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { body } from "#/api/client";
import { FindingCard } from "#/finding/FindingCard";
import { useProject } from "#/shell/session";
import { EmptyState, ErrorState, Notice, Skeleton } from "#/ui/Notice";
import styles from "./Trace.module.css";

export function FindingsView({
  traceId,
  agentName,
  open,
  onSelect,
}: {
  traceId: string;
  agentName: string;
  open: boolean;
  onSelect: (eventId: string) => void;
}) {
  const { api, projectId } = useProject();
  const findings = useQuery({
    queryKey: ["findings", projectId, traceId, open],
    queryFn: ({ signal }) =>
      body(api.GET("/api/traces/{traceId}/findings", { params: { path: { traceId } }, signal })),
  });
  return (
    <div className={styles.pad}>
      {findings.error && (
        <ErrorState error={findings.error} onRetry={() => void findings.refetch()} />
      )}
      {findings.isPending && <Skeleton />}
      {findings.data?.items.length === 0 && (
        <EmptyState
          icon={<ShieldCheck size={20} aria-hidden />}
          title={open ? "Not checked yet" : "Nothing found"}
        >
          {open
            ? "Checks run when the trace closes, 30 seconds after its last event."
            : "The checks ran and found nothing wrong with this trace."}
        </EmptyState>
      )}
      {open && findings.data && findings.data.items.length > 0 && (
        <Notice>
          The trace is still open. What is found so far may change, and can be dismissed when the
          trace has closed, 30 seconds after its last event.
        </Notice>
      )}
      {findings.data?.items.map((finding) => (
        <FindingCard
          key={finding.id}
          finding={finding}
          agentName={agentName}
          settled={!open}
          onEvidence={(ref) => onSelect(ref.eventId)}
        />
      ))}
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { body } from "#/api/client";
import { FindingCard } from "#/finding/FindingCard";
import { useProject } from "#/shell/session";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
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
    queryKey: ["findings", projectId, traceId],
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
      {findings.data?.items.map((finding) => (
        <FindingCard
          key={finding.id}
          finding={finding}
          agentName={agentName}
          onEvidence={(ref) => onSelect(ref.eventId)}
        />
      ))}
    </div>
  );
}

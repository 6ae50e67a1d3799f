import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { FindingCard } from "#/finding/FindingCard";
import { plural } from "#/format/format";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button, buttonClass } from "#/ui/Button";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Select } from "#/ui/Select";
import styles from "./Agent.module.css";

const STATUSES = [
  { value: "open", label: "Open" },
  { value: "dismissed", label: "Dismissed" },
  { value: "suppressed", label: "Suppressed" },
] as const;
type Status = (typeof STATUSES)[number]["value"];

const SEVERITIES = [
  { value: "any", label: "Any severity" },
  { value: "critical", label: "Critical" },
  { value: "high", label: "High" },
  { value: "medium", label: "Medium" },
  { value: "low", label: "Low" },
] as const;
type Severity = (typeof SEVERITIES)[number]["value"];

/** What the checks found in the agent's versions and traces. */
export function AgentFindings({ agent }: { agent: Schemas["Agent"] }) {
  const { projectId } = useProject();
  const navigate = useNavigate();
  const [status, setStatus] = useState<Status>("open");
  const [severity, setSeverity] = useState<Severity>("any");
  const findings = useFindings(agent.id, status, severity);
  const rows = findings.data?.pages.flatMap((p) => p.items) ?? [];
  const params = { project: projectId };
  const open = (finding: Schemas["Finding"], event: string) =>
    finding.traceId !== null &&
    void navigate({
      to: "/p/$project/trace",
      params,
      search: { id: finding.traceId, event },
    });
  return (
    <>
      <div className={styles.filters}>
        <Select label="Status" value={status} options={STATUSES} onChange={setStatus} />
        <Select label="Severity" value={severity} options={SEVERITIES} onChange={setSeverity} />
        <Link
          to="/p/$project/suppressions"
          params={params}
          className={buttonClass({ variant: "ghost", size: "small" })}
        >
          Suppressions
        </Link>
      </div>
      {findings.error && (
        <ErrorState error={findings.error} onRetry={() => void findings.refetch()} />
      )}
      {findings.isPending && <Skeleton />}
      {findings.data && rows.length === 0 && (
        <EmptyState
          icon={<ShieldCheck size={20} aria-hidden />}
          title={status === "open" ? "Nothing found" : `Nothing is ${status}`}
        >
          Checks run when a trace closes, 30 seconds after its last event.
        </EmptyState>
      )}
      {rows.map((finding) => (
        <FindingCard
          key={finding.id}
          finding={finding}
          agentName={agent.name}
          settled
          where={finding.traceId && <TraceLink traceId={finding.traceId} />}
          onEvidence={(ref) => open(finding, ref.eventId)}
        />
      ))}
      {rows.length > 0 && (
        <div className={styles.filters}>
          <span className={styles.muted}>{plural(rows.length, "finding")} shown</span>
          {findings.hasNextPage && (
            <Button
              size="small"
              busy={findings.isFetchingNextPage}
              onClick={() => void findings.fetchNextPage()}
            >
              Load more
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function TraceLink({ traceId }: { traceId: string }) {
  const { projectId } = useProject();
  return (
    <Link
      to="/p/$project/trace"
      params={{ project: projectId }}
      search={{ id: traceId, view: "findings" }}
    >
      <SafeText text={traceId} />
    </Link>
  );
}

function useFindings(agentId: string, status: Status, severity: Severity) {
  const { api, projectId } = useProject();
  return useInfiniteQuery({
    queryKey: ["agent-findings", projectId, agentId, status, severity],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      body(
        api.GET("/api/agents/{agentId}/findings", {
          params: {
            path: { agentId },
            query: {
              status,
              severity: severity === "any" ? undefined : severity,
              cursor,
              limit: 50,
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

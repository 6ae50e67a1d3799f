import { Link } from "@tanstack/react-router";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import type { Column } from "#/ui/DataGrid";
import { FindingCount, Pill, StatusTag } from "#/ui/Tags";
import { Num, Span, Time, Usd } from "#/ui/Values";
import styles from "./Traces.module.css";
import type { Trace } from "./useTraces";

export const COLUMN_NAMES = [
  "started",
  "agent",
  "preview",
  "duration",
  "llm",
  "tools",
  "tokens",
  "cost",
  "findings",
  "model",
  "environment",
  "user",
  "thread",
  "id",
] as const;
export type ColumnName = (typeof COLUMN_NAMES)[number];

export const COLUMN_WORD: Record<ColumnName, string> = {
  started: "Started",
  agent: "Agent",
  preview: "Preview",
  duration: "Duration",
  llm: "Model calls",
  tools: "Tool calls",
  tokens: "Tokens",
  cost: "Cost",
  findings: "Findings",
  model: "Models",
  environment: "Environment",
  user: "User",
  thread: "Thread",
  id: "Trace id",
};

export const DEFAULT_COLUMNS: readonly ColumnName[] = [
  "started",
  "agent",
  "preview",
  "duration",
  "llm",
  "tools",
  "tokens",
  "cost",
  "findings",
];

export function readColumns(text: string | undefined): readonly ColumnName[] {
  const chosen = COLUMN_NAMES.filter((c) => text?.split(",").includes(c));
  return chosen.length > 0 ? chosen : DEFAULT_COLUMNS;
}

export function makeColumns(names: readonly ColumnName[]): Column<Trace>[] {
  const all: Record<ColumnName, Column<Trace>> = {
    started: {
      id: "started",
      head: "Started",
      width: "104px",
      cell: (t) => <Time at={t.startedAt} />,
    },
    agent: {
      id: "agent",
      head: "Agent",
      width: "minmax(124px, 0.7fr)",
      cell: (t) => <SafeText text={t.agentName} />,
    },
    preview: {
      id: "preview",
      head: "Preview",
      width: "minmax(200px, 3fr)",
      cell: (t) => <Preview trace={t} />,
    },
    duration: {
      id: "duration",
      head: "Duration",
      width: "86px",
      right: true,
      cell: (t) => <Span ms={t.durationMs} />,
    },
    llm: {
      id: "llm",
      head: "LLM",
      width: "50px",
      right: true,
      cell: (t) => <Num value={t.llmCalls} short />,
    },
    tools: {
      id: "tools",
      head: "Tools",
      width: "58px",
      right: true,
      cell: (t) => <Num value={t.toolCalls} short />,
    },
    tokens: {
      id: "tokens",
      head: "Tokens",
      width: "70px",
      right: true,
      cell: (t) => <Num value={t.tokens.total} short />,
    },
    cost: {
      id: "cost",
      head: "Cost",
      width: "118px",
      right: true,
      cell: (t) => <Usd cost={t.cost} quiet={t.llmCalls === 0} />,
    },
    findings: {
      id: "findings",
      head: "Findings",
      width: "96px",
      right: true,
      cell: (t) => <FindingCount counts={t.findings} />,
    },
    model: {
      id: "model",
      head: "Models",
      width: "minmax(130px, 0.8fr)",
      cell: (t) => <SafeText text={t.models.join(", ")} />,
    },
    environment: {
      id: "environment",
      head: "Environment",
      width: "116px",
      cell: (t) => <Pill>{t.environment.toLowerCase()}</Pill>,
    },
    user: {
      id: "user",
      head: "User",
      width: "minmax(100px, 0.5fr)",
      cell: (t) => (t.externalUserId ? <SafeText text={t.externalUserId} /> : "–"),
    },
    thread: {
      id: "thread",
      head: "Thread",
      width: "minmax(120px, 0.6fr)",
      cell: (t) => <SafeText text={t.threadId} />,
    },
    id: {
      id: "id",
      head: "Trace id",
      width: "minmax(120px, 0.8fr)",
      cell: (t) => <SafeText text={t.traceId} />,
    },
  };
  const status: Column<Trace> = {
    id: "status",
    head: <span className="visually-hidden">Status</span>,
    width: "42px",
    cell: (t) => <StatusTag status={t.status} iconOnly />,
  };
  return [status, ...names.map((n) => all[n])];
}

export function selectColumn(
  selected: ReadonlySet<string>,
  onToggle: (id: string) => void,
): Column<Trace> {
  return {
    id: "select",
    head: <span className="visually-hidden">Select</span>,
    width: "54px",
    cell: (t) => (
      <label className={styles.checkHit}>
        <input
          type="checkbox"
          className={styles.check}
          aria-label={`Select trace ${t.traceId}`}
          checked={selected.has(t.traceId)}
          onChange={() => onToggle(t.traceId)}
        />
      </label>
    ),
  };
}

/** One column for narrow windows: two lines that hold what matters. */
export const cardColumn: Column<Trace> = {
  id: "card",
  head: "Traces",
  width: "minmax(0, 1fr)",
  cell: (t) => (
    <div className={styles.card}>
      <div className={styles.cardLine}>
        <StatusTag status={t.status} iconOnly />
        <Preview trace={t} />
        <Span ms={t.durationMs} />
      </div>
      <div className={styles.cardNote}>
        <SafeText text={t.agentName} /> · <Time at={t.startedAt} /> ·{" "}
        <Usd cost={t.cost} quiet={t.llmCalls === 0} />
      </div>
    </div>
  ),
};

function Preview({ trace }: { trace: Trace }) {
  const { projectId } = useProject();
  return (
    <Link
      to="/p/$project/trace"
      params={{ project: projectId }}
      search={{ id: trace.traceId }}
      className={styles.previewLink}
    >
      <SafeText text={trace.preview === "" ? trace.traceId : trace.preview} />
    </Link>
  );
}

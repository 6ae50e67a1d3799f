import {
  Binary,
  Brain,
  CircleCheck,
  CircleDashed,
  CircleX,
  CornerDownRight,
  Group,
  type LucideIcon,
  MessageSquareText,
  OctagonAlert,
  Send,
  Settings2,
  Sparkles,
  TriangleAlert,
  UserRound,
  Wrench,
} from "lucide-react";
import type { Schemas } from "#/api/client";
import { plural } from "#/format/format";
import { cx } from "./cx";
import type { Kind } from "./kinds";
import styles from "./Tags.module.css";

type Status = Schemas["TraceStatus"] | Schemas["Event"]["status"];

const STATUS: Record<Status, { word: string; icon: LucideIcon; tone: string | undefined }> = {
  ok: { word: "ok", icon: CircleCheck, tone: styles.ok },
  error: { word: "error", icon: CircleX, tone: styles.error },
  open: { word: "open", icon: CircleDashed, tone: styles.open },
  client_gone: { word: "client left", icon: TriangleAlert, tone: styles.medium },
  truncated: { word: "cut off", icon: TriangleAlert, tone: styles.medium },
  server_lost: { word: "lost with the server", icon: TriangleAlert, tone: styles.error },
};

/** Icon and word: colour is never the only sign. */
export function StatusTag({ status, iconOnly }: { status: Status; iconOnly?: boolean }) {
  const { word, icon: Icon, tone } = STATUS[status];
  return (
    <span className={cx(styles.tag, tone)} title={iconOnly ? word : undefined}>
      <Icon size={14} aria-hidden />
      {iconOnly ? <span className="visually-hidden">{word}</span> : word}
    </span>
  );
}

const KIND: Record<Kind, { word: string; icon: LucideIcon }> = {
  user: { word: "user", icon: UserRound },
  model: { word: "model", icon: Sparkles },
  thinking: { word: "thinking", icon: Brain },
  toolCall: { word: "tool call", icon: Wrench },
  toolResult: { word: "tool result", icon: CornerDownRight },
  embedding: { word: "embedding", icon: Binary },
  agent: { word: "agent message", icon: Send },
  system: { word: "system", icon: Settings2 },
  error: { word: "error", icon: CircleX },
  group: { word: "group", icon: Group },
};

export const wordOfKind = (kind: Kind): string => KIND[kind].word;

export function KindTag({
  kind,
  iconOnly,
  word,
}: {
  kind: Kind;
  iconOnly?: boolean;
  word?: string;
}) {
  const Icon = KIND[kind]?.icon ?? MessageSquareText;
  return (
    <span className={cx(styles.tag, kind === "group" ? styles.system : styles[kind])}>
      <Icon size={14} aria-hidden />
      {iconOnly ? (
        <span className="visually-hidden">{KIND[kind].word}</span>
      ) : (
        (word ?? KIND[kind].word)
      )}
    </span>
  );
}

export function SeverityTag({ severity }: { severity: Schemas["Severity"] }) {
  const Icon = severity === "critical" || severity === "high" ? OctagonAlert : TriangleAlert;
  return (
    <span className={cx(styles.tag, styles[severity])}>
      <Icon size={14} aria-hidden />
      {severity}
    </span>
  );
}

const SEVERITIES = ["critical", "high", "medium", "low"] as const;

/** `1 C  2 H`: each severity that occurs. */
export function FindingCount({ counts }: { counts: Schemas["FindingCounts"] }) {
  const present = SEVERITIES.filter((s) => counts[s] > 0);
  if (present.length === 0) return <span className={styles.tag}>–</span>;
  return (
    <span className={styles.counts}>
      {present.map((s) => (
        <span
          key={s}
          className={cx(styles.count, styles[s])}
          title={`${plural(counts[s], "finding")} of severity ${s}`}
        >
          {counts[s]}
          <span aria-hidden>{(s[0] ?? "").toUpperCase()}</span>
          <span className="visually-hidden">{s}</span>
        </span>
      ))}
    </span>
  );
}

export function Pill({ children, title }: { children: React.ReactNode; title?: string }) {
  return (
    <span className={styles.pill} title={title}>
      {children}
    </span>
  );
}

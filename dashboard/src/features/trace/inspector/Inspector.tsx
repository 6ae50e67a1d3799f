import { X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { served } from "#/api/client";
import type { Event } from "#/record/content";
import { SafeText } from "#/text/SafeText";
import { IconButton } from "#/ui/Button";
import { kindOfEvent } from "#/ui/kinds";
import { Tabs } from "#/ui/Tabs";
import { KindTag } from "#/ui/Tags";
import styles from "./Inspector.module.css";
import { Metadata } from "./Metadata";
import { Payload, type Shape } from "./Payload";
import { Timing } from "./Timing";
import { UsageCost } from "./UsageCost";

export type PanelName = "payload" | "timing" | "usage" | "context" | "why" | "metadata";

const ALL: readonly { value: PanelName; label: string; served: boolean }[] = [
  { value: "why", label: "Why", served: served("GET /api/traces/{traceId}/why/{eventId}") },
  { value: "payload", label: "Payload", served: true },
  { value: "usage", label: "Usage & cost", served: true },
  { value: "timing", label: "Timing", served: true },
  {
    value: "context",
    label: "Context",
    served: served("GET /api/traces/{traceId}/context-diff/{eventId}"),
  },
  { value: "metadata", label: "Metadata", served: true },
];

interface Props {
  event: Event | null;
  panel: PanelName;
  shape: Shape;
  findField: RefObject<HTMLInputElement | null>;
  onPanel: (panel: PanelName) => void;
  onShape: (shape: Shape) => void;
  onClose: () => void;
  why: (event: Event) => ReactNode;
  context: (event: Event) => ReactNode;
}

/** Panels that an event can have; what it cannot have is not offered. */
export function panelsOf(event: Event): PanelName[] {
  return ALL.filter((p) => {
    if (!p.served) return false;
    if (p.value === "usage") return event.usage !== null;
    if (p.value === "context") return event.eventType === "llm_response";
    if (p.value === "why")
      return (
        event.eventType === "llm_response" ||
        event.eventType === "tool_call_request" ||
        event.eventType === "error"
      );
    return true;
  }).map((p) => p.value);
}

/** Everything that is known about one event. */
export function Inspector({ event, panel, onPanel, onClose, why, context, ...payload }: Props) {
  if (!event) {
    return (
      <aside className={styles.inspector} aria-label="Inspector">
        <p className={styles.none}>Choose a step to see what is known about it.</p>
      </aside>
    );
  }
  const possible = panelsOf(event);
  const shown = possible.includes(panel) ? panel : "payload";
  return (
    <aside className={styles.inspector} aria-label="Inspector">
      <div className={styles.head}>
        <div className={styles.title}>
          <KindTag kind={kindOfEvent(event.eventType)} />
          <SafeText text={event.model ?? event.tool ?? ""} />
        </div>
        <IconButton label="Close inspector" size="small" onClick={onClose}>
          <X size={15} aria-hidden />
        </IconButton>
      </div>
      <Tabs
        label="About this step"
        value={shown}
        tabs={ALL.filter((p) => possible.includes(p.value))}
        onChange={onPanel}
      >
        {shown === "payload" && <Payload key={event.id} event={event} {...payload} />}
        {shown === "timing" && <Timing event={event} />}
        {shown === "usage" && <UsageCost event={event} />}
        {shown === "metadata" && <Metadata event={event} />}
        {shown === "why" && why(event)}
        {shown === "context" && context(event)}
      </Tabs>
    </aside>
  );
}

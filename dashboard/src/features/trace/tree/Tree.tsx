import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight, Unlink } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { plural, shortCount } from "#/format/format";
import { useKeys } from "#/keys/keys";
import { type Event, summaryOf } from "#/record/content";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { kindOfEvent } from "#/ui/kinds";
import { KindTag, StatusTag } from "#/ui/Tags";
import { Span, Usd } from "#/ui/Values";
import { spanTree, type TreeRow, treeRows } from "../spans";
import { callIdsOf } from "../timeline/rows";
import styles from "./Tree.module.css";

interface Props {
  events: readonly Event[];
  selected: Event | null;
  onSelect: (eventId: string) => void;
}

const READING = { callIds: callIdsOf, summary: summaryOf };
const INDENT = 12;
const INDENT_LEVELS_MAX = 5;

/** Who called whom: spans under their parents, those without one apart. */
export function Tree({ events, selected, onSelect }: Props) {
  const tree = useMemo(() => spanTree(events, READING), [events]);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => treeRows(tree, closed), [tree, closed]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 32,
    overscan: 10,
  });
  const target = selected
    ? rows.findIndex((r) =>
        r.kind === "event"
          ? r.event === selected
          : r.kind === "span" && !r.open && r.node.events.includes(selected),
      )
    : -1;
  useEffect(() => {
    if (target >= 0) list.scrollToIndex(target, { align: "auto" });
  }, [target, list]);
  const set = (id: string, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  useKeys({
    fold: () => selected && set(selected.spanId, false),
    unfold: () => selected && set(selected.spanId, true),
  });
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label="Spans"
      className={styles.scroll}
      tabIndex={0}
      aria-activedescendant={target >= 0 ? `span-row-${target}` : undefined}
    >
      <div role="presentation" className={styles.sized} style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const indent = Math.min(row.depth, INDENT_LEVELS_MAX) * INDENT + 12;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the page's keys move through the events
            <div
              key={row.id}
              id={`span-row-${item.index}`}
              role="treeitem"
              tabIndex={-1}
              aria-level={row.depth + 1}
              aria-setsize={-1}
              aria-posinset={item.index + 1}
              aria-selected={item.index === target}
              aria-expanded={row.kind === "span" ? row.open : undefined}
              className={cx(
                styles.row,
                item.index === target && styles.selected,
                row.kind === "missing" && styles.missing,
              )}
              style={{ top: item.start, paddingLeft: indent }}
              onClick={() => {
                const event =
                  row.kind === "event"
                    ? row.event
                    : row.kind === "span"
                      ? (row.node.events.find((e) => e.latencyMs !== null) ?? row.node.events[0])
                      : undefined;
                if (event) onSelect(event.id);
              }}
            >
              <Row row={row} onFold={(open) => row.kind === "span" && set(row.node.id, open)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ row, onFold }: { row: TreeRow; onFold: (open: boolean) => void }) {
  if (row.kind === "missing") {
    return (
      <>
        <span className={styles.fold}>
          <Unlink size={14} aria-hidden />
        </span>
        missing parent · {plural(row.count, "span")} whose parent was never seen
      </>
    );
  }
  if (row.kind === "event") {
    const { event } = row;
    return (
      <>
        <span className={styles.fold} />
        <span className={styles.kind}>
          <KindTag
            kind={kindOfEvent(event.eventType)}
            word={event.model ?? event.tool ?? undefined}
          />
        </span>
        <span className={styles.summary}>
          <SafeText text={summaryOf(event)} />
        </span>
        {event.status !== "ok" && event.eventType !== "error" && (
          <StatusTag status={event.status} />
        )}
        <span className={styles.facts}>
          {event.usage && <span>{shortCount(event.usage.total)} tokens</span>}
          {event.eventType === "llm_response" && <Usd cost={event.cost} />}
          {event.latencyMs !== null && <Span ms={event.latencyMs} />}
        </span>
      </>
    );
  }
  const { node } = row;
  return (
    <>
      <button
        type="button"
        tabIndex={-1}
        className={styles.fold}
        aria-label={row.open ? "Fold" : "Unfold"}
        onClick={(e) => {
          e.stopPropagation();
          onFold(!row.open);
        }}
      >
        {row.open ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
      </button>
      <span className={styles.kind}>
        <KindTag kind={node.kind} word={node.label.slice(0, 60)} />
      </span>
      <span className={styles.summary}>
        {plural(node.events.length, "event")}
        {node.children.length > 0 && `, ${plural(node.children.length, "child span")}`}
      </span>
      {node.status !== "ok" && <StatusTag status={node.status} />}
      <span className={styles.facts}>
        {node.measured && <Span ms={node.endMs - node.startMs} />}
      </span>
    </>
  );
}

import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useMemo, useRef } from "react";
import { shortCount } from "#/format/format";
import { CallView, ResultView } from "#/record/Calls";
import { EventContent } from "#/record/Content";
import { contentOf, type Event } from "#/record/content";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { kindOfEvent } from "#/ui/kinds";
import { KindTag, StatusTag } from "#/ui/Tags";
import { Span, Usd } from "#/ui/Values";
import { rowOfEvent, type TranscriptRow, transcriptRows } from "./rows";
import styles from "./Transcript.module.css";

interface Props {
  events: readonly Event[];
  selected: string | null;
  onSelect: (eventId: string) => void;
}

/** The trace as it reads: turns in order, tool calls beside their results. */
export function Transcript({ events, selected, onSelect }: Props) {
  const rows = useMemo(() => transcriptRows(events), [events]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 120,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 4,
    paddingStart: 8,
    paddingEnd: 48,
  });
  const target = selected ? rowOfEvent(rows, selected) : -1;
  useEffect(() => {
    if (target >= 0) list.scrollToIndex(target, { align: "auto" });
  }, [target, list]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section ref={scroller} className={styles.scroll} aria-label="Transcript" tabIndex={0}>
      <div role="list" className={styles.sized} style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            <div
              key={item.key}
              ref={list.measureElement}
              data-index={item.index}
              role="listitem"
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className={styles.item}
              style={{ top: item.start }}
            >
              <Row
                row={row}
                number={item.index + 1}
                selected={item.index === target}
                onSelect={onSelect}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}

/** Scrolling draws the list anew for each frame; a row that stays the same is not. */
const Row = memo(function Row({
  row,
  number,
  selected,
  onSelect,
}: {
  row: TranscriptRow;
  number: number;
  selected: boolean;
  onSelect: (eventId: string) => void;
}) {
  return (
    <div
      className={cx(styles.row, selected && styles.selected)}
      data-event={row.event.id}
      aria-current={selected || undefined}
    >
      <span className={styles.number}>{number}</span>
      <div className={styles.main}>
        {row.kind === "event" ? (
          <EventRow event={row.event} onSelect={onSelect} />
        ) : (
          <ToolRow row={row} onSelect={onSelect} />
        )}
      </div>
    </div>
  );
});

function EventRow({ event, onSelect }: { event: Event; onSelect: (eventId: string) => void }) {
  const word = event.model ?? event.tool ?? undefined;
  const onlyCalls = event.eventType === "llm_response" && saysNothingElse(event);
  return (
    <>
      <div className={styles.head}>
        <button type="button" className={styles.pick} onClick={() => onSelect(event.id)}>
          <KindTag kind={kindOfEvent(event.eventType)} />
          {word && <SafeText text={word} />}
        </button>
        {event.status !== "ok" && event.eventType !== "error" && (
          <StatusTag status={event.status} />
        )}
        <span className={styles.facts}>
          {event.latencyMs !== null && <Span ms={event.latencyMs} />}
          {event.usage && <span>{shortCount(event.usage.total)} tokens</span>}
          {event.eventType === "llm_response" && <Usd cost={event.cost} />}
        </span>
      </div>
      {!onlyCalls && (
        <EventContent event={event} withoutCalls={event.eventType === "llm_response"} />
      )}
    </>
  );
}

function ToolRow({
  row,
  onSelect,
}: {
  row: Extract<TranscriptRow, { kind: "tool" }>;
  onSelect: (eventId: string) => void;
}) {
  const { call, result, event } = row;
  const content = result ? contentOf(result) : null;
  const part =
    content?.kind === "parts" ? content.parts.find((p) => p.kind === "toolResult") : undefined;
  return (
    <div className={styles.pair}>
      <CallView
        name={call.name}
        args={call.args}
        head={
          <button type="button" className={styles.headButton} onClick={() => onSelect(event.id)}>
            <SafeText text={call.id?.slice(0, 40) ?? "details"} />
          </button>
        }
      />
      {result ? (
        <ResultView
          output={part?.kind === "toolResult" ? part.output : result.content}
          isError={part?.kind === "toolResult" ? part.isError : result.status === "error"}
          head={
            <button type="button" className={styles.headButton} onClick={() => onSelect(result.id)}>
              {result.latencyMs !== null && <Span ms={result.latencyMs} />} details
            </button>
          }
        />
      ) : (
        <div className={styles.waiting}>No result was recorded</div>
      )}
    </div>
  );
}

function saysNothingElse(event: Event): boolean {
  const content = contentOf(event);
  return (
    content.kind === "parts" &&
    content.parts.length > 0 &&
    content.parts.every((p) => p.kind === "toolCall")
  );
}

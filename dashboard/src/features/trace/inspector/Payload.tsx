import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { bytes } from "#/format/format";
import { useKeys } from "#/keys/keys";
import { EventContent } from "#/record/Content";
import type { Event } from "#/record/content";
import { JsonTree } from "#/text/JsonTree";
import { TextLines } from "#/text/TextLines";
import { CopyButton } from "#/ui/Copy";
import { inputClass } from "#/ui/Field";
import { Select } from "#/ui/Select";
import styles from "./Inspector.module.css";

type Shape = "chat" | "json" | "raw";

const SHAPES = [
  { value: "chat", label: "Chat" },
  { value: "json", label: "JSON" },
  { value: "raw", label: "Raw" },
] as const;

export function Payload({
  event,
  raw,
  onRaw,
}: {
  event: Event;
  raw: boolean;
  onRaw: (raw: boolean) => void;
}) {
  const [shape, setShape] = useState<Shape>(raw ? "raw" : "chat");
  const [find, setFind] = useState("");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (raw) setShape("raw");
  }, [raw]);
  const choose = (next: Shape) => {
    setShape(next);
    onRaw(next === "raw");
  };
  useKeys({
    raw: () => choose(shape === "raw" ? "chat" : "raw"),
    find: () => {
      if (shape === "chat") choose("json");
      requestAnimationFrame(() => input.current?.focus());
    },
  });
  const text = useMemo(
    () =>
      typeof event.content === "string"
        ? event.content
        : (JSON.stringify(event.content, null, 2) ?? ""),
    [event.content],
  );
  const size = useMemo(() => new Blob([text]).size, [text]);
  const hash = useHash(event.id, text);
  return (
    <div className={styles.bodyFlush}>
      <div className={styles.tools}>
        <Select label="Shape" value={shape} options={SHAPES} onChange={choose} />
        {shape !== "chat" && (
          <input
            ref={input}
            type="search"
            className={inputClass}
            aria-label="Find in the payload"
            placeholder="Find"
            value={find}
            onChange={(e) => setFind(e.target.value)}
          />
        )}
        <CopyButton text={text} label="Copy raw" />
      </div>
      {shape === "chat" && (
        <div className={styles.body}>
          <EventContent event={event} />
        </div>
      )}
      {shape === "json" && (
        <div className={styles.grow}>
          <JsonTree value={event.content} label="Payload" openDepth={3} find={find} fill />
        </div>
      )}
      {shape === "raw" && (
        <div className={styles.grow}>
          <TextLines text={text} label="Raw payload" find={find} />
        </div>
      )}
      <div className={styles.tools}>
        <span>{bytes(size)} as shown</span>
        {hash && <code title={`SHA-256 of what is shown: ${hash}`}>{hash.slice(0, 16)}…</code>}
      </div>
    </div>
  );
}

/** Only secure pages may hash; elsewhere there is none. */
function useHash(id: string, text: string): string | undefined {
  return useQuery({
    queryKey: ["sha256", id, text.length],
    enabled: window.isSecureContext && text.length < 8_000_000,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    queryFn: async () => {
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
      return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
    },
  }).data;
}

import { useQuery } from "@tanstack/react-query";
import { type RefObject, useMemo, useState } from "react";
import { bytes } from "#/format/format";
import { EventContent } from "#/record/Content";
import type { Event } from "#/record/content";
import { linesWith } from "#/text/find";
import { JsonTree } from "#/text/JsonTree";
import { splitLines } from "#/text/lines";
import { TextLines } from "#/text/TextLines";
import { CopyButton } from "#/ui/Copy";
import { Select } from "#/ui/Select";
import { FindField } from "./FindField";
import styles from "./Inspector.module.css";

export type Shape = "chat" | "json" | "raw";

const SHAPES = [
  { value: "chat", label: "Chat" },
  { value: "json", label: "JSON" },
  { value: "raw", label: "Raw" },
] as const;

interface Props {
  event: Event;
  shape: Shape;
  onShape: (shape: Shape) => void;
  findField: RefObject<HTMLInputElement | null>;
}

/** What was recorded of one event. While something is looked for, its text stands there whole. */
export function Payload({ event, shape, onShape, findField }: Props) {
  const [find, setFind] = useState("");
  const [at, setAt] = useState(0);
  const text = useMemo(
    () =>
      typeof event.content === "string"
        ? event.content
        : (JSON.stringify(event.content, null, 2) ?? ""),
    [event.content],
  );
  const asText = shape === "raw" || find !== "";
  const lines = useMemo(() => (asText ? splitLines(text) : []), [asText, text]);
  const hits = useMemo(() => linesWith(lines, find), [lines, find]);
  const size = useMemo(() => new Blob([text]).size, [text]);
  const hash = useHash(event.id, text);
  return (
    <div className={styles.bodyFlush}>
      <div className={styles.tools}>
        <Select label="Shape" value={shape} options={SHAPES} onChange={onShape} />
        <FindField
          ref={findField}
          find={find}
          at={at}
          total={hits.length}
          onFind={(next) => {
            setFind(next);
            setAt(0);
          }}
          onAt={setAt}
        />
        <CopyButton text={text} label="Copy raw" />
      </div>
      {asText ? (
        <div className={styles.grow}>
          <TextLines lines={lines} label="Raw payload" find={find} current={hits[at]} />
        </div>
      ) : shape === "chat" ? (
        <div className={styles.body}>
          <EventContent event={event} />
        </div>
      ) : (
        <div className={styles.grow}>
          <JsonTree value={event.content} label="Payload" openDepth={3} fill />
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

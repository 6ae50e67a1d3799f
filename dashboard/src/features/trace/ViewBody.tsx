import { lazy, Suspense } from "react";
import type { Schemas } from "#/api/client";
import type { Event } from "#/record/content";
import { Skeleton } from "#/ui/Notice";
import { CompareView } from "./compare/CompareView";
import { FindingsView } from "./FindingsView";
import type { GraphMode } from "./graph/useGraph";
import { Timeline } from "./timeline/Timeline";
import { Transcript } from "./transcript/Transcript";
import { Tree } from "./tree/Tree";
import type { ViewName } from "./views";

const GraphView = lazy(() => import("./graph/GraphView"));

interface Props {
  view: ViewName;
  trace: Schemas["TraceDetail"];
  events: readonly Event[];
  selected: Event | null;
  onSelect: (eventId: string) => void;
  mode: GraphMode;
  onMode: (mode: GraphMode) => void;
  /** The trace to compare with. */
  other: string | undefined;
}

export function ViewBody({ view, trace, events, selected, onSelect, mode, onMode, other }: Props) {
  switch (view) {
    case "transcript":
      return <Transcript events={events} selected={selected?.id ?? null} onSelect={onSelect} />;
    case "tree":
      return <Tree events={events} selected={selected} onSelect={onSelect} />;
    case "timeline":
      return (
        <Timeline traceId={trace.traceId} events={events} selected={selected} onSelect={onSelect} />
      );
    case "findings":
      return (
        <FindingsView
          traceId={trace.traceId}
          agentName={trace.agentName}
          open={trace.completeness.open}
          onSelect={onSelect}
        />
      );
    case "compare":
      return other ? (
        <CompareView traceId={trace.traceId} other={other} onSelect={onSelect} />
      ) : null;
    case "graph":
      return (
        <Suspense fallback={<Skeleton />}>
          <GraphView
            traceId={trace.traceId}
            generation={trace.eventCount}
            mode={mode}
            onMode={onMode}
            selected={selected?.id ?? null}
            onSelect={onSelect}
          />
        </Suspense>
      );
  }
}

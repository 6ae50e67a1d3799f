import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft, PanelRight, SearchX } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import type { Schemas } from "#/api/client";
import { Problem } from "#/api/problems";
import { count, plural } from "#/format/format";
import { useKeys } from "#/keys/keys";
import type { Event } from "#/record/content";
import { TraceHead, TraceTags } from "#/record/TraceHead";
import { EVENTS_AT_ONCE, useTrace } from "#/record/useTrace";
import type { TraceSearch } from "#/routes/project";
import { useProject } from "#/shell/session";
import { visibleText } from "#/text/invisible";
import { SafeText } from "#/text/SafeText";
import { Button, buttonClass, IconButton } from "#/ui/Button";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Page } from "#/ui/Page";
import { SplitPane } from "#/ui/SplitPane";
import { Tabs } from "#/ui/Tabs";
import { Pill } from "#/ui/Tags";
import { useNarrow } from "#/ui/useMedia";
import { Inspector } from "./inspector/Inspector";
import { useStaged } from "./staged";
import styles from "./Trace.module.css";
import { TraceMenu } from "./TraceMenu";
import { useInspector } from "./useInspector";
import { useSteps } from "./useSteps";
import { ViewBody } from "./ViewBody";
import { COMPARABLE, VIEWS, type ViewName } from "./views";
import { ContextPanel } from "./why/ContextChange";
import { StepsContext } from "./why/parts";
import { WhyCard } from "./why/WhyCard";

export function TracePage() {
  const search = useSearch({ from: "/p/$project/trace" });
  const { projectId } = useProject();
  const [wanted, setWanted] = useState(EVENTS_AT_ONCE);
  const { query, trace, events } = useTrace(search.id, wanted);
  const back = (
    <Link
      to="/p/$project/traces"
      params={{ project: projectId }}
      className={buttonClass({ variant: "ghost", size: "small" })}
      aria-label="Back to traces"
    >
      <ChevronLeft size={16} aria-hidden />
    </Link>
  );
  const title = <SafeText text={search.id} />;
  const tab = `Trace ${visibleText(search.id)}`;
  if (search.id === "" || (query.error instanceof Problem && query.error.status === 404))
    return <Unknown id={search.id} />;
  return (
    <Page title={title} tab={tab} before={back} fill tools={trace && <TraceMenu trace={trace} />}>
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton lines={8} />}
      {trace && (
        <>
          <div className={styles.head}>
            <div className={styles.headLine}>
              <TraceHead trace={trace} />
              <Completeness trace={trace} />
            </div>
            <TraceTags trace={trace} />
          </div>
          <Body
            trace={trace}
            events={events}
            complete={!query.hasNextPage || events.length >= wanted}
            search={search}
          />
          {events.length < trace.eventCount && (
            <div className={styles.partial} role="status">
              {count(events.length)} of {plural(trace.eventCount, "event")}
              {query.hasNextPage && events.length >= wanted ? (
                <Button size="small" onClick={() => setWanted(wanted + EVENTS_AT_ONCE)}>
                  Load more
                </Button>
              ) : (
                query.isFetching && " loading…"
              )}
            </div>
          )}
        </>
      )}
    </Page>
  );
}

function Completeness({
  trace,
}: {
  trace: {
    completeness: { open: boolean; orphans: number; truncated: boolean };
    versions: string[];
  };
}) {
  const { orphans, truncated } = trace.completeness;
  return (
    <>
      {orphans > 0 && (
        <Pill title="Their parent was never seen; they stand under the root.">
          {plural(orphans, "orphan")}
        </Pill>
      )}
      {truncated && (
        <Pill title="Parts of payloads were cut off at the size limit.">truncated</Pill>
      )}
      {trace.versions.length > 1 && <Pill>{plural(trace.versions.length, "agent version")}</Pill>}
    </>
  );
}

function Body({
  trace,
  events,
  complete,
  search,
}: {
  trace: Schemas["TraceDetail"];
  events: Event[];
  complete: boolean;
  search: TraceSearch;
}) {
  const navigate = useNavigate({ from: "/p/$project/trace" });
  const narrow = useNarrow();
  const change = useCallback(
    (next: Partial<TraceSearch>, replace = true) =>
      void navigate({ search: (old) => ({ ...old, ...next }), replace }),
    [navigate],
  );
  const views = useMemo(
    () =>
      COMPARABLE && search.with
        ? [...VIEWS, { value: "compare" as const, label: "Compare" }]
        : VIEWS,
    [search.with],
  );
  const view = views.find((v) => v.value === search.view)?.value ?? "transcript";
  const shown = useStaged(events, complete);
  const selected = events.find((e) => e.id === search.event) ?? null;
  const inspector = useInspector(search, selected, change);
  const select = useCallback(
    (event: string) =>
      change({ event, ...(search.side === "closed" || narrow ? { side: "open" } : {}) }),
    [change, search.side, narrow],
  );
  const setView = (next: ViewName) =>
    change({ view: next === "transcript" ? undefined : next }, false);
  const numbers = useMemo(() => new Map(events.map((e, index) => [e.id, index + 1])), [events]);
  const refs = useMemo(
    () => ({ numberOf: (id: string) => numbers.get(id), onSelect: select }),
    [numbers, select],
  );
  const steps = useSteps(events, selected, select);
  useKeys({
    ...steps,
    view1: () => views[0] && setView(views[0].value),
    view2: () => views[1] && setView(views[1].value),
    view3: () => views[2] && setView(views[2].value),
    view4: () => views[3] && setView(views[3].value),
  });
  return (
    <StepsContext.Provider value={refs}>
      <SplitPane
        name="inspector"
        initial={480}
        min={320}
        max={900}
        side={
          inspector.open && (
            <Inspector
              event={selected}
              panel={inspector.panel}
              shape={inspector.shape}
              findField={inspector.findField}
              onPanel={inspector.setPanel}
              onShape={inspector.setShape}
              onClose={() => inspector.setOpen(false)}
              why={(event) => <WhyCard traceId={trace.traceId} eventId={event.id} />}
              context={(event) => <ContextPanel traceId={trace.traceId} eventId={event.id} />}
            />
          )
        }
      >
        <Tabs
          label="Views of the trace"
          value={view}
          tabs={views}
          onChange={setView}
          tools={
            <IconButton
              label={inspector.open ? "Hide inspector" : "Show inspector"}
              size="small"
              aria-pressed={inspector.open}
              onClick={() => inspector.setOpen(!inspector.open)}
            >
              <PanelRight size={16} aria-hidden />
            </IconButton>
          }
        >
          <ViewBody
            view={view}
            trace={trace}
            events={shown}
            selected={selected}
            onSelect={select}
            mode={search.graph === "folded" ? "folded" : "ran"}
            onMode={(next) => change({ graph: next === "ran" ? undefined : next })}
            other={search.with}
          />
        </Tabs>
      </SplitPane>
    </StepsContext.Provider>
  );
}

function Unknown({ id }: { id: string }) {
  const { projectId } = useProject();
  return (
    <Page title="Trace" fill>
      <EmptyState
        icon={<SearchX size={20} aria-hidden />}
        title="There is no such trace in this project"
        actions={
          <Link
            to="/p/$project/traces"
            params={{ project: projectId }}
            className={buttonClass({ variant: "primary" })}
          >
            To the traces
          </Link>
        }
      >
        {id === "" ? "The address names no trace." : <SafeText text={id} />} It may have been
        deleted, or its time of keeping is over.
      </EmptyState>
    </Page>
  );
}

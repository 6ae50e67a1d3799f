import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { body, type Schemas } from "#/api/client";
import { plural } from "#/format/format";
import { TraceHead } from "#/record/TraceHead";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { type Column, DataGrid } from "#/ui/DataGrid";
import { ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Panel } from "#/ui/Page";
import { StepsContext } from "../why/parts";
import { WhyBody } from "../why/WhyCard";
import styles from "./Compare.module.css";

/** Two traces step by step, and the first decision in which they differ. */
export function CompareView({
  traceId,
  other,
  onSelect,
}: {
  traceId: string;
  other: string;
  onSelect: (eventId: string) => void;
}) {
  const { api, projectId } = useProject();
  const comparison = useQuery({
    queryKey: ["compare", projectId, traceId, other],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/traces/{traceId}/compare/{otherTraceId}", {
          params: { path: { traceId, otherTraceId: other } },
          signal,
        }),
      ),
  });
  return (
    <div className={styles.body}>
      {comparison.error && (
        <ErrorState error={comparison.error} onRetry={() => void comparison.refetch()} />
      )}
      {comparison.isPending && <Skeleton />}
      {comparison.data && <Comparison data={comparison.data} onSelect={onSelect} />}
    </div>
  );
}

function Comparison({
  data,
  onSelect,
}: {
  data: Schemas["TraceComparison"];
  onSelect: (eventId: string) => void;
}) {
  const { firstDivergence: divergence } = data;
  const navigate = useNavigate({ from: "/p/$project/trace" });
  const otherId = data.b.traceId;
  // Evidence of the other trace opens there: its events are not in this page.
  const otherSteps = useMemo(
    () => ({
      numberOf: () => undefined,
      onSelect: (event: string) => void navigate({ search: { id: otherId, event } }),
    }),
    [navigate, otherId],
  );
  return (
    <>
      <div className={styles.sides}>
        <Side name="This" trace={data.a} />
        <Side name="Other" trace={data.b} />
      </div>
      {divergence ? (
        <Panel title={`They part at step ${divergence.step + 1}`}>
          <Notice tone={divergence.inputDiffered ? "warning" : "info"}>
            {divergence.inputDiffered ? (
              <>
                What the model was given already differed
                {divergence.where && (
                  <>
                    : <SafeText text={divergence.where} />
                  </>
                )}
                .
              </>
            ) : (
              "The model was given the same and decided differently."
            )}
          </Notice>
          <div className={cx(styles.sides, styles.parting)}>
            <Decision name="This" card={divergence.whyA} />
            <StepsContext.Provider value={otherSteps}>
              <Decision name="Other" card={divergence.whyB} />
            </StepsContext.Provider>
          </div>
        </Panel>
      ) : (
        <Notice tone="ok">Every decision is the same in both.</Notice>
      )}
      <Panel title={plural(data.steps.length, "step")} flush>
        {data.truncated && <Notice>Only the first 2,000 steps are compared.</Notice>}
        <DataGrid
          label="Steps of both"
          rows={data.steps}
          rowKey={(step) => `${step.a} ${step.b}`}
          columns={COLUMNS}
          active={divergence ? data.steps.findIndex(isAt(divergence)) : -1}
          onOpen={(step) => step.a && onSelect(step.a)}
          auto
        />
      </Panel>
    </>
  );
}

type Step = Schemas["AlignedStep"];

const isAt =
  ({ a, b }: { a: string | null; b: string | null }) =>
  (step: Step) =>
    step.a === a && step.b === b;

function Decision({ name, card }: { name: string; card: Schemas["WhyCard"] | null }) {
  return (
    <section aria-label={`Why card of ${name.toLowerCase()}`}>
      {card ? <WhyBody card={card} /> : <p className={styles.muted}>It had ended here.</p>}
    </section>
  );
}

const MATCH = {
  same: "=",
  same_tool: "same tool, other arguments",
  different: "differs",
  gap: "only on one side",
} as const;

const COLUMNS: Column<Step>[] = [
  { id: "a", head: "This", width: "minmax(118px, 1fr)", cell: (s) => <Label text={s.labelA} /> },
  {
    id: "match",
    head: "",
    width: "minmax(96px, 190px)",
    cell: (s) => <span className={cx(styles.match, styles[s.match])}>{MATCH[s.match]}</span>,
  },
  { id: "b", head: "Other", width: "minmax(118px, 1fr)", cell: (s) => <Label text={s.labelB} /> },
];

function Label({ text }: { text: string | null }) {
  return text === null ? <span className={styles.muted}>nothing</span> : <SafeText text={text} />;
}

function Side({ name, trace }: { name: string; trace: Schemas["Trace"] }) {
  const { projectId } = useProject();
  return (
    <div className={styles.side}>
      <div>
        <span className={styles.muted}>{name}</span>{" "}
        <Link to="/p/$project/trace" params={{ project: projectId }} search={{ id: trace.traceId }}>
          <SafeText text={trace.traceId} />
        </Link>
      </div>
      <TraceHead trace={trace} />
    </div>
  );
}

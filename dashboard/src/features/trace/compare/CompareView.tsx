import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { body, type Schemas } from "#/api/client";
import { TraceHead } from "#/record/TraceHead";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Panel } from "#/ui/Page";
import { WhyBody } from "../why/WhyCard";
import styles from "./Compare.module.css";

/** Two traces step by step, and the first decision in which they differ. */
export function CompareView({ traceId, other }: { traceId: string; other: string }) {
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
      {comparison.data && <Comparison data={comparison.data} />}
    </div>
  );
}

function Comparison({ data }: { data: Schemas["TraceComparison"] }) {
  const { firstDivergence: divergence } = data;
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
          <div className={styles.sides}>
            <div>{divergence.whyA && <WhyBody card={divergence.whyA} />}</div>
            <div>{divergence.whyB && <WhyBody card={divergence.whyB} />}</div>
          </div>
        </Panel>
      ) : (
        <Notice tone="ok">Every decision is the same in both.</Notice>
      )}
      <Panel title="Steps" flush>
        {data.truncated && <Notice>Only the first 2,000 steps are compared.</Notice>}
        <ol className={styles.steps}>
          {data.steps.map((step, index) => (
            <li key={`${step.a} ${step.b}`} className={cx(styles.step, styles[step.match])}>
              <span className={styles.number}>{index + 1}</span>
              <span>
                {step.labelA === null ? (
                  <span className={styles.muted}>nothing</span>
                ) : (
                  <SafeText text={step.labelA} />
                )}
              </span>
              <span className={styles.match}>{MATCH[step.match]}</span>
              <span>
                {step.labelB === null ? (
                  <span className={styles.muted}>nothing</span>
                ) : (
                  <SafeText text={step.labelB} />
                )}
              </span>
            </li>
          ))}
        </ol>
      </Panel>
    </>
  );
}

const MATCH = {
  same: "=",
  same_tool: "same tool, other arguments",
  different: "differs",
  gap: "only on one side",
} as const;

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

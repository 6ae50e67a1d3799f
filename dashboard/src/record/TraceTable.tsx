import { Link } from "@tanstack/react-router";
import type { Schemas } from "#/api/client";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Right, RightHead, Table } from "#/ui/Page";
import { StatusTag } from "#/ui/Tags";
import { useNarrow } from "#/ui/useMedia";
import { Span, Time, Usd } from "#/ui/Values";

/** A few traces inside another page. */
export function TraceTable({ traces }: { traces: Schemas["Trace"][] }) {
  const { projectId } = useProject();
  const narrow = useNarrow();
  const preview = (trace: Schemas["Trace"]) => (
    <Link to="/p/$project/trace" params={{ project: projectId }} search={{ id: trace.traceId }}>
      <SafeText text={trace.preview || trace.traceId} />
    </Link>
  );
  if (narrow)
    return (
      <Table
        label="Traces"
        head={
          <>
            <th scope="col">Status</th>
            <th scope="col">Trace</th>
            <RightHead>Duration</RightHead>
          </>
        }
      >
        {traces.map((trace) => (
          <tr key={trace.traceId}>
            <td>
              <StatusTag status={trace.status} iconOnly />
            </td>
            <td>{preview(trace)}</td>
            <Right>
              <Span ms={trace.durationMs} />
            </Right>
          </tr>
        ))}
      </Table>
    );
  return (
    <Table
      label="Traces"
      head={
        <>
          <th scope="col">Status</th>
          <th scope="col">Started</th>
          <th scope="col">Agent</th>
          <th scope="col">Preview</th>
          <RightHead>Duration</RightHead>
          <RightHead>Cost</RightHead>
        </>
      }
    >
      {traces.map((trace) => (
        <tr key={trace.traceId}>
          <td>
            <StatusTag status={trace.status} />
          </td>
          <td>
            <Time at={trace.startedAt} />
          </td>
          <td>
            <SafeText text={trace.agentName} />
          </td>
          <td>{preview(trace)}</td>
          <Right>
            <Span ms={trace.durationMs} />
          </Right>
          <Right>
            <Usd cost={trace.cost} quiet={trace.llmCalls === 0} />
          </Right>
        </tr>
      ))}
    </Table>
  );
}

import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { body, type Schemas, served } from "#/api/client";
import { bytes, count, duration, plural } from "#/format/format";
import { useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Lead, Page, Panel, Right, RightHead, Stats, Table } from "#/ui/Page";
import { toast, toastProblem } from "#/ui/Toasts";
import { Num, Time } from "#/ui/Values";

/** Whether what was sent has arrived, and what was refused. */
export function IngestionPage() {
  const { api, projectId } = useProject();
  const ingestion = useQuery({
    queryKey: ["ingestion", projectId],
    queryFn: ({ signal }) => body(api.GET("/api/ingestion", { signal })),
  });
  const refusals = useQuery({
    queryKey: ["refusals", projectId],
    queryFn: ({ signal }) =>
      body(api.GET("/api/refusals", { params: { query: { limit: 50 } }, signal })),
  });
  const refresh = () => Promise.all([ingestion.refetch(), refusals.refetch()]);
  return (
    <Page
      title="Ingestion"
      tools={
        <Button
          icon={<RotateCw size={14} aria-hidden />}
          busy={ingestion.isRefetching}
          onClick={() => void refresh()}
        >
          Refresh
        </Button>
      }
    >
      <Lead>
        What reached the gateway
        {ingestion.data && (
          <>
            {" "}
            since this server's start, <Time at={ingestion.data.since} relative />
          </>
        )}
        .
      </Lead>
      {ingestion.error && (
        <ErrorState error={ingestion.error} onRetry={() => void ingestion.refetch()} />
      )}
      {ingestion.isPending && <Skeleton />}
      {ingestion.data && <Figures ingestion={ingestion.data} onRedriven={() => void refresh()} />}
      {refusals.data && refusals.data.items.length > 0 && (
        <Panel title="Latest refusals" flush>
          <Refusals refusals={refusals.data.items} />
        </Panel>
      )}
    </Page>
  );
}

function Figures({
  ingestion,
  onRedriven,
}: {
  ingestion: Schemas["Ingestion"];
  onRedriven: () => void;
}) {
  const { journal, rejected } = ingestion;
  const refused = rejected.reduce((sum, r) => sum + r.count, 0);
  return (
    <>
      <Stats
        items={[
          ["Accepted", <Num key="a" value={ingestion.accepted} />],
          [
            "Rejected",
            <Num key="r" value={refused} />,
            refused > 0 ? plural(rejected.length, "reason") : "none",
          ],
          ["Duplicates", <Num key="d" value={ingestion.duplicates} />, "sent again, kept once"],
          ["Sampled out", <Num key="s" value={ingestion.sampledOut} />],
          [
            "Lag",
            journal.lagMs === null ? "–" : duration(journal.lagMs),
            journal.lagFrames === 0
              ? "nothing waits"
              : `${count(journal.lagFrames)} waiting, ${bytes(journal.lagBytes)}`,
          ],
          ["Journal", bytes(journal.sizeBytes)],
        ]}
      />
      <br />
      {(ingestion.captureGaps > 0 || ingestion.lateRecords > 0) && (
        <>
          <Notice
            tone={ingestion.captureGaps > 0 ? "warning" : "info"}
            title={
              ingestion.captureGaps > 0
                ? "Some recordings are not complete"
                : "Some recordings came late"
            }
          >
            {ingestion.captureGaps > 0 && (
              <div>
                {plural(ingestion.captureGaps, "capture gap")}: traffic went on while the recorder
                had no room.
              </div>
            )}
            {ingestion.lateRecords > 0 && (
              <div>
                {plural(ingestion.lateRecords, "late record")}: the answer went out before its
                record was written.
              </div>
            )}
          </Notice>
          <br />
        </>
      )}
      {ingestion.deadLetter.count > 0 && (
        <DeadLetter count={ingestion.deadLetter.count} onRedriven={onRedriven} />
      )}
      {rejected.length > 0 && (
        <Panel title="Rejected by reason" flush>
          <Table
            label="Rejected by reason"
            head={
              <>
                <th scope="col">Reason</th>
                <RightHead>Count</RightHead>
                <th scope="col">What to do</th>
              </>
            }
          >
            {rejected.map((reason) => (
              <tr key={reason.reason}>
                <td>
                  <code>
                    <SafeText text={reason.reason} />
                  </code>
                </td>
                <Right>
                  <Num value={reason.count} />
                </Right>
                <td>
                  <SafeText text={reason.examples[0]?.remedy ?? ""} />
                </td>
              </tr>
            ))}
          </Table>
        </Panel>
      )}
    </>
  );
}

function DeadLetter({ count: waiting, onRedriven }: { count: number; onRedriven: () => void }) {
  const { api } = useProject();
  const admin = useMay("admin");
  const [busy, setBusy] = useState(false);
  const redrive = async () => {
    setBusy(true);
    try {
      const { redriven } = await body(api.POST("/api/ingestion/redrive", {}));
      toast(`${plural(redriven, "event")} sent through again`);
      onRedriven();
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel
      title="Dead letter"
      tools={
        admin &&
        served("POST /api/ingestion/redrive") && (
          <Button size="small" busy={busy} onClick={() => void redrive()}>
            Send through again
          </Button>
        )
      }
    >
      {plural(waiting, "event")} could not be stored, and {waiting === 1 ? "is" : "are"} kept with
      the reason.
    </Panel>
  );
}

function Refusals({ refusals }: { refusals: Schemas["Refusal"][] }) {
  return (
    <Table
      label="Latest refusals"
      head={
        <>
          <th scope="col">Time</th>
          <th scope="col">Request</th>
          <th scope="col">Status</th>
          <th scope="col">Code</th>
          <th scope="col">Cause and remedy</th>
        </>
      }
    >
      {refusals.map((refusal) => (
        <tr key={refusal.id}>
          <td>
            <Time at={refusal.at} />
          </td>
          <td>
            <code>
              {refusal.method} <SafeText text={refusal.path} />
            </code>
          </td>
          <td>{refusal.status}</td>
          <td>
            <code>{refusal.code}</code>
          </td>
          <td>
            <SafeText text={refusal.cause} /> <SafeText text={refusal.remedy} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

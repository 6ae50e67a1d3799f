import { useQuery, useQueryClient } from "@tanstack/react-query";
import { BellOff, Trash2 } from "lucide-react";
import { useState } from "react";
import { done, type Schemas } from "#/api/client";
import { allItems } from "#/api/paging";
import { useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { IconButton } from "#/ui/Button";
import { ConfirmDialog } from "#/ui/Dialog";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Lead, Page, Panel, Table } from "#/ui/Page";
import { toast } from "#/ui/Toasts";
import { Time } from "#/ui/Values";

type Suppression = Schemas["Suppression"];

/** Findings that are known and wanted no more, with who said so and why. */
export function SuppressionsPage() {
  const { api, projectId } = useProject();
  const suppressions = useQuery({
    queryKey: ["suppressions", projectId],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        api.GET("/api/suppressions", { params: { query: { cursor, limit: 200 } }, signal }),
      ),
  });
  const rows = suppressions.data ?? [];
  return (
    <Page title="Suppressions">
      <Lead>
        Findings that fit are still counted, and are not shown as open. Make one at a finding of a
        trace or an agent.
      </Lead>
      {suppressions.error && (
        <ErrorState error={suppressions.error} onRetry={() => void suppressions.refetch()} />
      )}
      {suppressions.isPending && <Skeleton />}
      {suppressions.data && rows.length === 0 && (
        <EmptyState icon={<BellOff size={20} aria-hidden />} title="Nothing is suppressed" />
      )}
      {rows.length > 0 && (
        <Panel flush>
          <Rows suppressions={rows} />
        </Panel>
      )}
    </Page>
  );
}

function Rows({ suppressions }: { suppressions: Suppression[] }) {
  const { api } = useProject();
  const may = useMay("member");
  const queries = useQueryClient();
  const [ending, setEnding] = useState<Suppression>();
  return (
    <>
      <Table
        label="Suppressions"
        head={
          <>
            <th scope="col">Finding</th>
            <th scope="col">Where</th>
            <th scope="col">Reason</th>
            <th scope="col">By</th>
            <th scope="col">Since</th>
            <th scope="col">Until</th>
            {may && (
              <th scope="col">
                <span className="visually-hidden">End</span>
              </th>
            )}
          </>
        }
      >
        {suppressions.map((suppression) => (
          <tr key={suppression.id}>
            <td>
              <code>
                <SafeText text={suppression.code} />
              </code>
            </td>
            <td>
              <SafeText text={placeOf(suppression)} />
            </td>
            <td>
              <SafeText text={suppression.reason} />
            </td>
            <td>
              <SafeText text={suppression.author} />
            </td>
            <td>
              <Time at={suppression.createdAt} relative />
            </td>
            <td>{suppression.expiresAt ? <Time at={suppression.expiresAt} /> : "taken back"}</td>
            {may && (
              <td>
                <IconButton
                  label={`End the suppression of ${suppression.code}`}
                  size="small"
                  onClick={() => setEnding(suppression)}
                >
                  <Trash2 size={15} aria-hidden />
                </IconButton>
              </td>
            )}
          </tr>
        ))}
      </Table>
      <ConfirmDialog
        open={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title="End this suppression?"
        action="End suppression"
        onConfirm={async () => {
          if (!ending) return;
          await done(
            api.DELETE("/api/suppressions/{suppressionId}", {
              params: { path: { suppressionId: ending.id } },
            }),
          );
          await queries.invalidateQueries({ queryKey: ["suppressions"] });
          toast(`${ending.code} is shown again`);
        }}
      >
        <p>Findings of this kind are open again where nothing else suppresses them.</p>
      </ConfirmDialog>
    </>
  );
}

function placeOf({ agent, tool, path, fingerprint }: Suppression): string {
  const parts = [
    agent && `agent ${agent}`,
    tool && `tool ${tool}`,
    path && `at ${path}`,
    fingerprint && `fingerprint ${fingerprint}`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "the whole project";
}

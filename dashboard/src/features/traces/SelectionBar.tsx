import { useQueryClient } from "@tanstack/react-query";
import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import { body, saveBlob, served } from "#/api/client";
import { plural } from "#/format/format";
import { useMay, useProject } from "#/shell/session";
import { Button } from "#/ui/Button";
import { ConfirmDialog } from "#/ui/Dialog";
import { toast, toastProblem } from "#/ui/Toasts";
import styles from "./Traces.module.css";

const EXPORT = served("GET /api/traces/{traceId}/export");
const DELETE = served("POST /api/traces/delete");

/** Whether anything can be done with chosen traces, so that choosing makes sense. */
export const SELECTABLE = EXPORT || DELETE;

/** What can be done with the chosen traces together. */
export function SelectionBar({
  selected,
  onClear,
}: {
  selected: ReadonlySet<string>;
  onClear: () => void;
}) {
  const { api } = useProject();
  const admin = useMay("admin");
  const queries = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const [done, setDone] = useState<number | null>(null);
  const ids = [...selected];
  const save = async () => {
    const traces: unknown[] = [];
    try {
      for (const traceId of ids) {
        setDone(traces.length);
        traces.push(
          await body(
            api.GET("/api/traces/{traceId}/export", {
              params: { path: { traceId }, query: { format: "json" } },
            }),
          ),
        );
      }
      saveBlob(
        new Blob([JSON.stringify(traces, null, 2)], { type: "application/json" }),
        `traces-${ids.length}.json`,
      );
    } catch (error) {
      toastProblem(error);
    } finally {
      setDone(null);
    }
  };
  return (
    <section className={styles.selection} aria-label="Chosen traces">
      <strong>{plural(ids.length, "trace")} chosen</strong>
      {EXPORT && (
        <Button
          size="small"
          icon={<Download size={14} aria-hidden />}
          busy={done !== null}
          onClick={() => void save()}
        >
          {done === null ? "Export" : `Exporting ${done + 1} of ${ids.length}`}
        </Button>
      )}
      {admin && DELETE && (
        <Button
          size="small"
          variant="danger"
          icon={<Trash2 size={14} aria-hidden />}
          onClick={() => setDeleting(true)}
        >
          Delete
        </Button>
      )}
      <Button size="small" variant="ghost" onClick={onClear}>
        Clear
      </Button>
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        title={`Delete ${plural(ids.length, "trace")}?`}
        action="Delete traces"
        typed={`delete ${ids.length}`}
        onConfirm={async () => {
          const { deleted } = await body(
            api.POST("/api/traces/delete", { body: { traceIds: ids } }),
          );
          toast(`${plural(deleted, "trace")} deleted`);
          onClear();
          await Promise.all(
            ["traces", "trace-facets"].map((key) => queries.invalidateQueries({ queryKey: [key] })),
          );
        }}
      >
        <p>Their events and payloads are removed. This cannot be undone.</p>
      </ConfirmDialog>
    </section>
  );
}

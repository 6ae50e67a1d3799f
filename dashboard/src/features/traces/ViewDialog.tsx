import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { Dialog } from "#/ui/Dialog";
import { CheckField, Form, FormActions, TextField } from "#/ui/Field";
import { toast } from "#/ui/Toasts";
import type { ColumnName } from "./columns";
import styles from "./Traces.module.css";

/** Keeps the query and columns that are shown, as a new view or in place of an old one's. */
export function ViewDialog({
  view,
  query,
  columns,
  onClose,
}: {
  /** The view to change; a new one is made without it. */
  view?: Schemas["View"];
  query: string;
  columns: readonly ColumnName[];
  onClose: () => void;
}) {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const [name, setName] = useState(view?.name ?? "");
  const [shared, setShared] = useState(view?.shared ?? false);
  const [replace, setReplace] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const kept = view && !replace ? { query: view.query, columns: view.columns } : { query, columns };
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    const next = { name: name.trim(), query: kept.query, columns: [...kept.columns], shared };
    try {
      await body(
        view
          ? api.PATCH("/api/views/{viewId}", { params: { path: { viewId: view.id } }, body: next })
          : api.POST("/api/views", { body: next }),
      );
      await queries.invalidateQueries({ queryKey: ["views", projectId] });
      onClose();
      toast("View saved");
    } catch (error) {
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  const title = view ? "Change view" : "Save view";
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description="The query and the columns. The time range is chosen anew each time."
    >
      <Form label={title} onSubmit={() => name.trim() !== "" && void save()}>
        <TextField
          label="Name"
          value={name}
          onChange={(e) => setName(e.target.value)}
          error={problem?.message}
          autoComplete="off"
          maxLength={255}
        />
        <div className={styles.preview}>
          <code>
            <SafeText text={kept.query || "all traces"} />
          </code>
        </div>
        {view && (
          <CheckField
            label="Take the query and columns that are shown now"
            checked={replace}
            onChange={(e) => setReplace(e.target.checked)}
          />
        )}
        <CheckField
          label="Share with the project"
          checked={shared}
          onChange={(e) => setShared(e.target.checked)}
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={name.trim() === ""}>
            Save view
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}

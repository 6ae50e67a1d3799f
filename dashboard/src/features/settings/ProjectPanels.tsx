import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { apiFor, body, done } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { meQuery, useProject } from "#/shell/session";
import { Button } from "#/ui/Button";
import { ConfirmDialog } from "#/ui/Dialog";
import { Form, FormActions, TextField } from "#/ui/Field";
import { Panel } from "#/ui/Page";
import { toast } from "#/ui/Toasts";
import styles from "./Settings.module.css";

/** The project's name. */
export function NamePanel() {
  const { projectId, name: current } = useProject();
  const queries = useQueryClient();
  const [name, setName] = useState(current);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await body(
        apiFor(projectId).PATCH("/api/projects/{projectId}", {
          params: { path: { projectId } },
          body: { name: name.trim() },
        }),
      );
      await queries.refetchQueries({ queryKey: meQuery.queryKey });
      toast("Name saved");
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Project">
      <Form label="Project" onSubmit={() => name.trim() !== "" && void save()}>
        <TextField
          label="Name"
          value={name}
          onChange={(e) => setName(e.target.value)}
          error={problem?.forField("name") ?? problem?.message}
          autoComplete="off"
          maxLength={255}
        />
        <FormActions>
          <Button
            type="submit"
            variant="primary"
            busy={busy}
            disabled={name.trim() === "" || name.trim() === current}
          >
            Save
          </Button>
        </FormActions>
      </Form>
    </Panel>
  );
}

/** The end of the project and of all that belongs to it. */
export function DangerPanel() {
  const { api, projectId, name } = useProject();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  return (
    <Panel title="Delete this project">
      <p className={styles.muted}>
        Its keys are refused within a second, its provider keys are destroyed, and its traces are
        deleted. This cannot be undone.
      </p>
      <br />
      <Button variant="danger" onClick={() => setDeleting(true)}>
        Delete project
      </Button>
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        title="Delete this project?"
        action="Delete project"
        typed={name}
        onConfirm={async () => {
          await done(api.DELETE("/api/projects/{projectId}", { params: { path: { projectId } } }));
          await queries.refetchQueries({ queryKey: meQuery.queryKey });
          await navigate({ to: "/" });
          toast("Project deleted");
        }}
      >
        <p>All that belongs to it is deleted for good.</p>
      </ConfirmDialog>
    </Panel>
  );
}

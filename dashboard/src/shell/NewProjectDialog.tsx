import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { apiFor, body } from "#/api/client";
import { type Problem, problemOf } from "#/api/problems";
import { Button } from "#/ui/Button";
import { Dialog } from "#/ui/Dialog";
import { Form, FormActions, TextField } from "#/ui/Field";
import { meQuery } from "./session";

export function NewProjectDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const create = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const project = await body(apiFor("").POST("/api/projects", { body: { name } }));
      await queries.refetchQueries({ queryKey: meQuery.queryKey });
      setName("");
      onClose();
      await navigate({ to: "/p/$project/connect", params: { project: project.id } });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="New project"
      description="Keys, providers, agents and traces belong to one project and are seen in no other."
    >
      <Form label="New project" onSubmit={() => void create()}>
        <TextField
          label="Name"
          value={name}
          onChange={(e) => setName(e.target.value)}
          error={problem?.forField("name") ?? problem?.message}
          autoComplete="off"
          maxLength={255}
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={name.trim() === ""}>
            Create project
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body } from "#/api/client";
import { problemOf } from "#/api/problems";
import { type Role, roleAtLeast, useProject } from "#/shell/session";
import { Button } from "#/ui/Button";
import { CopyButton } from "#/ui/Copy";
import { Dialog } from "#/ui/Dialog";
import { Form, FormActions } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { SelectField } from "#/ui/Select";
import styles from "./Members.module.css";
import { ROLES } from "./roles";

export function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { api, projectId, role } = useProject();
  const queries = useQueryClient();
  const [invited, setInvited] = useState<Role>("member");
  const [link, setLink] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const close = () => {
    setLink(null);
    setProblem(undefined);
    onClose();
  };
  const create = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const made = await body(
        api.POST("/api/projects/{projectId}/invites", {
          params: { path: { projectId } },
          body: { role: invited },
        }),
      );
      setLink(made.link);
      await queries.invalidateQueries({ queryKey: ["invites", projectId] });
    } catch (error) {
      setProblem(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Invite to the project"
      description="Makes a link that works once. Send it over a channel that you trust."
    >
      {link ? (
        <div className={styles.rows}>
          <div className={styles.link}>
            <code>{link}</code>
            <CopyButton text={link} label="Copy link" primary />
          </div>
          <Notice>It is shown this once.</Notice>
          <FormActions>
            <Button variant="primary" onClick={close}>
              Done
            </Button>
          </FormActions>
        </div>
      ) : (
        <Form label="Invite" onSubmit={() => void create()}>
          <SelectField
            label="Role"
            value={invited}
            options={ROLES.filter((r) => roleAtLeast(role, r.value))}
            onChange={setInvited}
            error={problem}
          />
          <FormActions>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" variant="primary" busy={busy}>
              Make link
            </Button>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { body, done, type Schemas } from "#/api/client";
import { allItems } from "#/api/paging";
import { problemOf } from "#/api/problems";
import { localDate } from "#/format/format";
import { type Role, roleAtLeast, useMay, useMe, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button, IconButton } from "#/ui/Button";
import { CopyButton } from "#/ui/Copy";
import { ConfirmDialog, Dialog } from "#/ui/Dialog";
import { Form, FormActions } from "#/ui/Field";
import { ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Lead, Page, Panel, Table } from "#/ui/Page";
import { Select, SelectField } from "#/ui/Select";
import { toast, toastProblem } from "#/ui/Toasts";
import { Time } from "#/ui/Values";
import styles from "./Members.module.css";

const ROLES = [
  { value: "viewer", label: "Viewer", note: "reads" },
  { value: "member", label: "Member", note: "also makes keys" },
  { value: "admin", label: "Admin", note: "also providers, members, settings, deletion" },
  { value: "owner", label: "Owner", note: "also owners and the project itself" },
] as const;

const ROLE_WORD = Object.fromEntries(ROLES.map((r) => [r.value, r.label])) as Record<Role, string>;

export function MembersPage() {
  const { api, projectId, role } = useProject();
  const admin = useMay("admin");
  const me = useMe();
  const queries = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Schemas["Member"] | null>(null);
  const path = { projectId };
  const members = useQuery({
    queryKey: ["members", projectId],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        api.GET("/api/projects/{projectId}/members", {
          params: { path, query: { cursor, limit: 200 } },
          signal,
        }),
      ),
  });
  const change = async (member: Schemas["Member"], next: Role) => {
    try {
      await body(
        api.PATCH("/api/projects/{projectId}/members/{userId}", {
          params: { path: { projectId, userId: member.userId } },
          body: { role: next },
        }),
      );
      await queries.invalidateQueries({ queryKey: ["members", projectId] });
      toast(`${member.name} is now ${ROLE_WORD[next]}`);
    } catch (error) {
      toastProblem(error);
    }
  };
  const mayChange = (member: Schemas["Member"]) =>
    admin && (member.role !== "owner" || role === "owner");
  return (
    <Page
      title="Members"
      narrow
      tools={
        admin && (
          <Button
            variant="primary"
            icon={<UserPlus size={15} aria-hidden />}
            onClick={() => setInviting(true)}
          >
            Invite
          </Button>
        )
      }
    >
      <Lead>Who may see this project, and who may change it. The last owner stays.</Lead>
      {members.error && <ErrorState error={members.error} onRetry={() => void members.refetch()} />}
      {members.isPending && <Skeleton />}
      {members.data && (
        <Panel flush>
          <Table
            label="Members"
            head={
              <>
                <th scope="col">Name</th>
                <th scope="col">E-mail</th>
                <th scope="col">Role</th>
                <th scope="col">Since</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </>
            }
          >
            {members.data.map((member) => (
              <tr key={member.userId}>
                <td>
                  <strong>
                    <SafeText text={member.name} />
                  </strong>
                  {member.userId === me?.user?.id && <span className={styles.muted}> (you)</span>}
                </td>
                <td>
                  <SafeText text={member.email} />
                </td>
                <td>
                  {mayChange(member) ? (
                    <Select
                      label={`Role of ${member.name}`}
                      value={member.role}
                      options={ROLES.filter((r) => roleAtLeast(role, r.value))}
                      onChange={(next) => void change(member, next)}
                    />
                  ) : (
                    ROLE_WORD[member.role]
                  )}
                </td>
                <td>{localDate(member.joinedAt)}</td>
                <td>
                  {mayChange(member) && (
                    <IconButton
                      label={`Remove ${member.name}`}
                      size="small"
                      onClick={() => setRemoving(member)}
                    >
                      <Trash2 size={15} aria-hidden />
                    </IconButton>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        </Panel>
      )}
      {admin && <Invites />}
      <InviteDialog open={inviting} onClose={() => setInviting(false)} />
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={`Remove ${removing?.name ?? "member"}?`}
        action="Remove member"
        onConfirm={async () => {
          if (!removing) return;
          await done(
            api.DELETE("/api/projects/{projectId}/members/{userId}", {
              params: { path: { projectId, userId: removing.userId } },
            }),
          );
          await queries.invalidateQueries({ queryKey: ["members", projectId] });
          toast(`${removing.name} removed`);
        }}
      >
        <p>
          They lose access to this project within a second. Keys that they made go on working until
          revoked.
        </p>
      </ConfirmDialog>
    </Page>
  );
}

function Invites() {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const invites = useQuery({
    queryKey: ["invites", projectId],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        api.GET("/api/projects/{projectId}/invites", {
          params: { path: { projectId }, query: { cursor, limit: 200 } },
          signal,
        }),
      ),
  });
  const revoke = async (inviteId: string) => {
    try {
      await done(
        api.DELETE("/api/projects/{projectId}/invites/{inviteId}", {
          params: { path: { projectId, inviteId } },
        }),
      );
      await queries.invalidateQueries({ queryKey: ["invites", projectId] });
      toast("Invite withdrawn");
    } catch (error) {
      toastProblem(error);
    }
  };
  if (!invites.data || invites.data.length === 0) return null;
  return (
    <Panel title="Open invites" flush>
      <Table
        label="Open invites"
        head={
          <>
            <th scope="col">Role</th>
            <th scope="col">Made by</th>
            <th scope="col">Made</th>
            <th scope="col">Expires</th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </>
        }
      >
        {invites.data.map((invite) => (
          <tr key={invite.id}>
            <td>{ROLE_WORD[invite.role]}</td>
            <td>
              <SafeText text={invite.createdBy} />
            </td>
            <td>
              <Time at={invite.createdAt} relative />
            </td>
            <td>{localDate(invite.expiresAt)}</td>
            <td>
              <Button size="small" variant="danger" onClick={() => void revoke(invite.id)}>
                Withdraw
              </Button>
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
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

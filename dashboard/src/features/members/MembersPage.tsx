import { useQueryClient } from "@tanstack/react-query";
import { Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { body, done, type Schemas } from "#/api/client";
import { localDate } from "#/format/format";
import { membersKey, useMembers } from "#/shell/resources";
import { type Role, roleAtLeast, useMay, useMe, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button, IconButton } from "#/ui/Button";
import { ConfirmDialog } from "#/ui/Dialog";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { Lead, Page, Panel, Table } from "#/ui/Page";
import { Select } from "#/ui/Select";
import { toast, toastProblem } from "#/ui/Toasts";
import { useNarrow } from "#/ui/useMedia";
import { InviteDialog } from "./InviteDialog";
import { Invites } from "./Invites";
import styles from "./Members.module.css";
import { ROLE_WORD, ROLES } from "./roles";

export function MembersPage() {
  const { api, projectId, role } = useProject();
  const admin = useMay("admin");
  const me = useMe();
  const queries = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const [removing, setRemoving] = useState<Schemas["Member"] | null>(null);
  const members = useMembers();
  const change = async (member: Schemas["Member"], next: Role) => {
    try {
      await body(
        api.PATCH("/api/projects/{projectId}/members/{userId}", {
          params: { path: { projectId, userId: member.userId } },
          body: { role: next },
        }),
      );
      await queries.invalidateQueries({ queryKey: membersKey(projectId) });
      toast(`${member.name} is now ${ROLE_WORD[next]}`);
    } catch (error) {
      toastProblem(error);
    }
  };
  const narrow = useNarrow();
  const owners = members.data?.filter((m) => m.role === "owner").length ?? 0;
  const mayChange = (member: Schemas["Member"]) =>
    admin && (member.role !== "owner" || (role === "owner" && owners > 1));
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
                {!narrow && <th scope="col">E-mail</th>}
                <th scope="col">Role</th>
                {!narrow && <th scope="col">Since</th>}
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
                  {narrow && (
                    <div className={styles.mail}>
                      <SafeText text={member.email} />
                    </div>
                  )}
                </td>
                {!narrow && (
                  <td>
                    <SafeText text={member.email} />
                  </td>
                )}
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
                {!narrow && <td>{localDate(member.joinedAt)}</td>}
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
          await queries.invalidateQueries({ queryKey: membersKey(projectId) });
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

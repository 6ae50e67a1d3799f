import { useQuery, useQueryClient } from "@tanstack/react-query";
import { done } from "#/api/client";
import { allItems } from "#/api/paging";
import { localDate } from "#/format/format";
import { useMemberName } from "#/shell/resources";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { Panel, Table } from "#/ui/Page";
import { toast, toastProblem } from "#/ui/Toasts";
import { Time } from "#/ui/Values";
import { ROLE_WORD } from "./roles";

export function Invites() {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const nameOf = useMemberName();
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
              <SafeText text={nameOf(invite.createdBy)} />
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

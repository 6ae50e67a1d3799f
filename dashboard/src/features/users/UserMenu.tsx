import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Download, Ellipsis, Trash2 } from "lucide-react";
import { useState } from "react";
import { body, download } from "#/api/client";
import { plural } from "#/format/format";
import { useMay, useProject } from "#/shell/session";
import { IconButton } from "#/ui/Button";
import { ConfirmDialog } from "#/ui/Dialog";
import { Menu, MenuItem, MenuLine } from "#/ui/Menu";
import { toast, toastProblem } from "#/ui/Toasts";

/** What a user of the application may ask for: their data as a file, and its deletion. */
export function UserMenu({ userId, traces }: { userId: string; traces: number }) {
  const { api, projectId } = useProject();
  const admin = useMay("admin");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const save = () =>
    download(projectId, `/api/users/${encodeURIComponent(userId)}/export`, "user.json").catch(
      toastProblem,
    );
  return (
    <>
      <Menu
        trigger={
          <IconButton label="More" variant="secondary">
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Download size={15} aria-hidden />} onSelect={() => void save()}>
          Export data
        </MenuItem>
        {admin && (
          <>
            <MenuLine />
            <MenuItem
              danger
              icon={<Trash2 size={15} aria-hidden />}
              onSelect={() => setDeleting(true)}
            >
              Delete data
            </MenuItem>
          </>
        )}
      </Menu>
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        title="Delete this user's data?"
        action="Delete data"
        typed={userId}
        onConfirm={async () => {
          const { deleted } = await body(
            api.DELETE("/api/users/{externalUserId}", {
              params: { path: { externalUserId: userId } },
            }),
          );
          await navigate({ to: "/p/$project/users", params: { project: projectId } });
          queries.removeQueries({ queryKey: ["user", projectId, userId] });
          await Promise.all(
            ["users", "traces"].map((key) => queries.invalidateQueries({ queryKey: [key] })),
          );
          toast(`${plural(deleted, "trace")} of the user deleted`);
        }}
      >
        <p>
          {plural(traces, "trace")} with events of this user, and what others said in the same
          traces, are removed with their payloads. This cannot be undone.
        </p>
      </ConfirmDialog>
    </>
  );
}

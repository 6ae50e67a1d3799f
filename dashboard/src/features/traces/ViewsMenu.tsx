import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bookmark, BookmarkPlus, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { body, done, type Schemas } from "#/api/client";
import { allItems } from "#/api/paging";
import { type Problem, problemOf } from "#/api/problems";
import { parseQuery } from "#/query/grammar";
import { useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { Dialog } from "#/ui/Dialog";
import { CheckField, Form, FormActions, TextField } from "#/ui/Field";
import { Menu, MenuItem, MenuLabel, MenuLine } from "#/ui/Menu";
import { toast, toastProblem } from "#/ui/Toasts";
import { type ColumnName, readColumns } from "./columns";
import styles from "./Traces.module.css";

/** Queries with their columns, kept for oneself or for the project. */
export function ViewsMenu({
  query,
  columns,
  onApply,
}: {
  query: string;
  columns: readonly ColumnName[];
  onApply: (query: string, columns: readonly ColumnName[]) => void;
}) {
  const { api, projectId } = useProject();
  const may = useMay("member");
  const queries = useQueryClient();
  const [saving, setSaving] = useState(false);
  const views = useQuery({
    queryKey: ["views", projectId],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        api.GET("/api/views", { params: { query: { cursor, limit: 200 } }, signal }),
      ),
  });
  const remove = async (view: Schemas["View"]) => {
    try {
      await done(api.DELETE("/api/views/{viewId}", { params: { path: { viewId: view.id } } }));
      await queries.invalidateQueries({ queryKey: ["views", projectId] });
      toast(`View ${view.name} deleted`);
    } catch (error) {
      toastProblem(error);
    }
  };
  const mine = views.data?.filter((v) => v.mine) ?? [];
  return (
    <>
      <Menu trigger={<Button icon={<Bookmark size={14} aria-hidden />}>Views</Button>}>
        {views.data?.length === 0 && <MenuLabel>No saved view yet</MenuLabel>}
        {views.data?.map((view) => (
          <MenuItem
            key={view.id}
            icon={
              view.shared ? (
                <Users size={14} aria-label="shared" />
              ) : (
                <Bookmark size={14} aria-hidden />
              )
            }
            note={<SafeText text={view.query || "all traces"} />}
            onSelect={() => onApply(view.query, readColumns(view.columns.join(",")))}
          >
            <SafeText text={view.name} />
          </MenuItem>
        ))}
        {may && (
          <>
            <MenuLine />
            <MenuItem
              icon={<BookmarkPlus size={15} aria-hidden />}
              disabled={parseQuery(query).errors.length > 0}
              onSelect={() => setSaving(true)}
            >
              Save this view
            </MenuItem>
            {mine.map((view) => (
              <MenuItem
                key={view.id}
                danger
                icon={<Trash2 size={15} aria-hidden />}
                onSelect={() => void remove(view)}
              >
                Delete <SafeText text={view.name} />
              </MenuItem>
            ))}
          </>
        )}
      </Menu>
      <SaveView open={saving} query={query} columns={columns} onClose={() => setSaving(false)} />
    </>
  );
}

function SaveView({
  open,
  query,
  columns,
  onClose,
}: {
  open: boolean;
  query: string;
  columns: readonly ColumnName[];
  onClose: () => void;
}) {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await body(
        api.POST("/api/views", {
          body: { name: name.trim(), query, columns: [...columns], shared },
        }),
      );
      await queries.invalidateQueries({ queryKey: ["views", projectId] });
      setName("");
      onClose();
      toast("View saved");
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
      title="Save view"
      description="The query and the columns. The time range is chosen anew each time."
    >
      <Form label="Save view" onSubmit={() => name.trim() !== "" && void save()}>
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
            <SafeText text={query || "all traces"} />
          </code>
        </div>
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

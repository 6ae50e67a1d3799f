import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bookmark, BookmarkPlus, Pencil, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { done, type Schemas } from "#/api/client";
import { allItems } from "#/api/paging";
import { parseQuery } from "#/query/grammar";
import { useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { Menu, MenuItem, MenuLabel, MenuLine } from "#/ui/Menu";
import { toast, toastProblem } from "#/ui/Toasts";
import { type ColumnName, readColumns } from "./columns";
import { ViewDialog } from "./ViewDialog";

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
  const [changing, setChanging] = useState<Schemas["View"]>();
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
                key={`change ${view.id}`}
                icon={<Pencil size={15} aria-hidden />}
                onSelect={() => setChanging(view)}
              >
                Change <SafeText text={view.name} />
              </MenuItem>
            ))}
            {mine.map((view) => (
              <MenuItem
                key={`delete ${view.id}`}
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
      {saving && <ViewDialog query={query} columns={columns} onClose={() => setSaving(false)} />}
      {changing && (
        <ViewDialog
          key={changing.id}
          view={changing}
          query={query}
          columns={columns}
          onClose={() => setChanging(undefined)}
        />
      )}
    </>
  );
}

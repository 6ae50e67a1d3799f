import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { plural } from "#/format/format";
import { useKeys } from "#/keys/keys";
import { useProject } from "#/shell/session";
import { DataGrid } from "#/ui/DataGrid";
import { useNarrow } from "#/ui/useMedia";
import { type ColumnName, cardColumn, makeColumns, selectColumn } from "./columns";
import { SELECTABLE, SelectionBar } from "./SelectionBar";
import { useChangeSearch } from "./useChangeSearch";
import type { Trace, useTraces } from "./useTraces";

export function TraceRows({
  rows,
  names,
  stale,
  list,
  total,
}: {
  rows: Trace[];
  names: readonly ColumnName[];
  stale: boolean;
  list: ReturnType<typeof useTraces>["list"];
  total: number | undefined;
}) {
  const { projectId } = useProject();
  const navigate = useNavigate();
  const { peek } = useSearch({ from: "/p/$project/traces" });
  const change = useChangeSearch();
  const narrow = useNarrow();
  const [activeId, setActiveId] = useState<string | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const active = rows.findIndex((t) => t.traceId === activeId);
  const open = (trace: Trace) =>
    void navigate({
      to: "/p/$project/trace",
      params: { project: projectId },
      search: { id: trace.traceId },
    });
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    setActiveId(row.traceId);
    if (peek) change({ peek: row.traceId }, true);
  };
  useKeys({
    down: () => go(active + 1),
    up: () => go(active - 1),
    open: () => rows[active] && open(rows[active]),
    peek: () =>
      rows[active] &&
      change({ peek: peek === rows[active].traceId ? undefined : rows[active].traceId }),
    ...(peek ? { close: () => change({ peek: undefined }) } : {}),
  });
  const toggle = useCallback((id: string) => setSelected((old) => toggled(old, id)), []);
  const columns = useMemo(() => {
    if (narrow) return [cardColumn];
    return [...(SELECTABLE ? [selectColumn(selected, toggle)] : []), ...makeColumns(names)];
  }, [narrow, names, selected, toggle]);
  const nearEnd = useCallback(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  }, [list]);
  return (
    <>
      {selected.size > 0 && (
        <SelectionBar selected={selected} onClear={() => setSelected(new Set())} />
      )}
      <DataGrid
        label="Traces"
        rows={rows}
        rowKey={(t) => t.traceId}
        columns={columns}
        total={total ?? (list.hasNextPage ? -1 : rows.length)}
        rowHeight={narrow ? 58 : undefined}
        active={active}
        onActive={(index) => setActiveId(rows[index]?.traceId ?? null)}
        onOpen={open}
        onNearEnd={nearEnd}
        stale={stale}
        foot={
          list.isFetchingNextPage
            ? "Loading more…"
            : list.hasNextPage
              ? undefined
              : `${plural(rows.length, "trace")}, all shown`
        }
      />
    </>
  );
}

function toggled(old: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(old);
  if (!next.delete(id)) next.add(id);
  return next;
}

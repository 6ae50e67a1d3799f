import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowUp, Columns3, Filter, ListTree, SearchX } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { count, plural } from "#/format/format";
import { useKeys } from "#/keys/keys";
import { chosenValues, termsOf, withoutTerm } from "#/query/edit";
import { parseQuery } from "#/query/grammar";
import type { Sort } from "#/routes/search";
import { useProject } from "#/shell/session";
import { Button, buttonClass, IconButton } from "#/ui/Button";
import { cx } from "#/ui/cx";
import { DataGrid } from "#/ui/DataGrid";
import { CheckField } from "#/ui/Field";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Page } from "#/ui/Page";
import { Popover } from "#/ui/Popover";
import { Select } from "#/ui/Select";
import { useNarrow } from "#/ui/useMedia";
import {
  COLUMN_NAMES,
  COLUMN_WORD,
  type ColumnName,
  cardColumn,
  makeColumns,
  readColumns,
  selectColumn,
} from "./columns";
import { FacetRail } from "./Facets";
import { Peek } from "./Peek";
import { QueryBar } from "./QueryBar";
import { SELECTABLE, SelectionBar } from "./SelectionBar";
import styles from "./Traces.module.css";
import { type Trace, useFacets, useTraces } from "./useTraces";
import { ViewsMenu } from "./ViewsMenu";

const ORDERS: readonly { value: Sort | "-startedAt"; label: string }[] = [
  { value: "-startedAt", label: "Newest first" },
  { value: "startedAt", label: "Oldest first" },
  { value: "-durationMs", label: "Slowest first" },
  { value: "-cost", label: "Dearest first" },
  { value: "-eventCount", label: "Most events first" },
  { value: "-errorCount", label: "Most errors first" },
];

export function TracesPage() {
  const search = useSearch({ from: "/p/$project/traces" });
  const query = search.q ?? "";
  const names = readColumns(search.cols);
  const change = useChangeSearch();
  const valid = parseQuery(query).errors.length === 0;
  // A blocked query leaves the rows of the one before in place.
  const [lastValid, setLastValid] = useState(valid ? query : "");
  useEffect(() => {
    if (valid) setLastValid(query);
  }, [valid, query]);
  const asked = valid ? query : lastValid;
  const { list, rows, fresh, showFresh } = useTraces(asked, search.sort);
  const facets = useFacets(asked);
  const [facetsOpen, setFacetsOpen] = useState(false);
  const onQuery = useCallback(
    (q: string) => change({ q: q || undefined, peek: undefined }),
    [change],
  );
  return (
    <Page
      title="Traces"
      fill
      tools={
        <ViewsMenu
          query={query}
          columns={names}
          onApply={(q, cols) => change({ q: q || undefined, cols: cols.join(",") || undefined })}
        />
      }
    >
      <div className={styles.queryRow}>
        <IconButton
          label="Filters"
          variant="secondary"
          className={styles.filterButton}
          aria-expanded={facetsOpen}
          onClick={() => setFacetsOpen(!facetsOpen)}
        >
          <Filter size={15} aria-hidden />
        </IconButton>
        <QueryBar
          query={query}
          onQuery={onQuery}
          valuesOf={(field) =>
            field.facet && facets.data
              ? facets.data[field.facet as "status"].values.map((v) => v.value)
              : []
          }
        />
        <Select
          label="Order"
          value={search.sort ?? "-startedAt"}
          options={ORDERS}
          onChange={(sort) => change({ sort: sort === "-startedAt" ? undefined : sort })}
        />
        <ColumnsMenu names={names} onChange={(next) => change({ cols: next.join(",") })} />
      </div>
      <div className={cx(styles.layout, facetsOpen && styles.facetsOpen)}>
        {facets.data && facets.data.total > 0 && (
          <FacetRail facets={facets.data} query={query} onQuery={onQuery} />
        )}
        <div className={styles.list}>
          {fresh > 0 && (
            <button type="button" className={styles.fresh} onClick={() => void showFresh()}>
              <ArrowUp size={14} aria-hidden /> {count(fresh)} new
            </button>
          )}
          <div className="visually-hidden" aria-live="polite">
            {fresh > 0 ? `${plural(fresh, "new trace")}` : ""}
          </div>
          {list.error && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
          {list.isPending && <Skeleton lines={8} />}
          {list.data && rows.length === 0 && <Nothing query={query} onQuery={onQuery} />}
          {rows.length > 0 && (
            <TraceRows
              rows={rows}
              names={names}
              stale={!valid || list.isPlaceholderData}
              list={list}
              total={facets.data?.total}
            />
          )}
        </div>
        {search.peek && <Peek traceId={search.peek} onClose={() => change({ peek: undefined })} />}
      </div>
    </Page>
  );
}

function TraceRows({
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

function useChangeSearch() {
  const navigate = useNavigate({ from: "/p/$project/traces" });
  return useCallback(
    (
      change: {
        q?: string | undefined;
        peek?: string | undefined;
        cols?: string | undefined;
        sort?: Sort | undefined;
      },
      replace = false,
    ) => void navigate({ search: (old) => ({ ...old, ...change }), replace }),
    [navigate],
  );
}

/** Never any trace: how to connect. Filtered away: which term to drop. */
function Nothing({ query, onQuery }: { query: string; onQuery: (query: string) => void }) {
  const { projectId } = useProject();
  const { range, from } = useSearch({ from: "/p/$project" });
  const navigate = useNavigate({ from: "/p/$project/traces" });
  const terms = termsOf(query);
  if (terms.length > 0) {
    return (
      <EmptyState
        icon={<SearchX size={20} aria-hidden />}
        title="No trace fits the query"
        actions={
          <>
            {terms.map((term) => (
              <Button key={term} size="small" onClick={() => onQuery(withoutTerm(query, term))}>
                Drop <code>{term}</code>
              </Button>
            ))}
            <Button size="small" variant="primary" onClick={() => onQuery("")}>
              Clear query
            </Button>
          </>
        }
      >
        {chosenValues(query, "status").length > 0
          ? "Status, environment and time range count too."
          : "The environment and the time range above count too."}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<ListTree size={20} aria-hidden />}
      title={range === "30d" || from ? "No trace in this time" : "No trace in this time range"}
      actions={
        <>
          <Link
            to="/p/$project/connect"
            params={{ project: projectId }}
            className={buttonClass({ variant: "primary" })}
          >
            Connect an agent
          </Link>
          {range !== "30d" && (
            <Button
              onClick={() =>
                void navigate({
                  search: (old) => ({ ...old, range: "30d", from: undefined, to: undefined }),
                })
              }
            >
              Look at 30 days
            </Button>
          )}
        </>
      }
    >
      Point your client at the gateway and each call appears here within a second. Or start{" "}
      <code>./whyops demo</code> to look around first.
    </EmptyState>
  );
}

function ColumnsMenu({
  names,
  onChange,
}: {
  names: readonly ColumnName[];
  onChange: (names: ColumnName[]) => void;
}) {
  return (
    <Popover
      label="Columns"
      trigger={
        <IconButton label="Columns" variant="secondary">
          <Columns3 size={15} aria-hidden />
        </IconButton>
      }
    >
      <div className={styles.columnList}>
        {COLUMN_NAMES.map((name) => (
          <CheckField
            key={name}
            label={COLUMN_WORD[name]}
            checked={names.includes(name)}
            disabled={names.length === 1 && names.includes(name)}
            onChange={() =>
              onChange(
                COLUMN_NAMES.filter((n) => (n === name ? !names.includes(n) : names.includes(n))),
              )
            }
          />
        ))}
      </div>
    </Popover>
  );
}

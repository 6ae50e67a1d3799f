import { useSearch } from "@tanstack/react-router";
import { ArrowUp, Filter } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { count, plural } from "#/format/format";
import { parseQuery } from "#/query/grammar";
import type { Sort } from "#/routes/search";
import { IconButton } from "#/ui/Button";
import { cx } from "#/ui/cx";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { Page } from "#/ui/Page";
import { Select } from "#/ui/Select";
import { ColumnsMenu } from "./ColumnsMenu";
import { readColumns } from "./columns";
import { FacetRail } from "./Facets";
import { NoTraces } from "./NoTraces";
import { Peek } from "./Peek";
import { QueryBar } from "./QueryBar";
import { TraceRows } from "./TraceRows";
import styles from "./Traces.module.css";
import { useChangeSearch } from "./useChangeSearch";
import { useFacets, useTraces } from "./useTraces";
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
          {list.data && rows.length === 0 && <NoTraces query={query} onQuery={onQuery} />}
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

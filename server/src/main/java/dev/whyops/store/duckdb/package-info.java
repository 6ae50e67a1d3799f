/**
 * Where are events kept in the embedded case? One DuckDB file per day of receipt, written in order
 * of the journal and then sealed by trace. Reading order: {@link
 * dev.whyops.store.duckdb.DuckDbEventStore}, {@link dev.whyops.store.duckdb.DayFile}, {@link
 * dev.whyops.store.duckdb.Schema}, {@link dev.whyops.store.duckdb.EventRows}, {@link
 * dev.whyops.store.duckdb.Sealer}, {@link dev.whyops.store.duckdb.TraceBlock}, {@link
 * dev.whyops.store.duckdb.DuckDbTraceReader}, {@link dev.whyops.store.duckdb.TraceCatalog}.
 */
@NullMarked
package dev.whyops.store.duckdb;

import org.jspecify.annotations.NullMarked;

/**
 * Where are events kept in the embedded case? One DuckDB file per day of receipt. Reading order:
 * {@link dev.whyops.store.duckdb.DuckDbEventStore}, {@link dev.whyops.store.duckdb.DayFile}, {@link
 * dev.whyops.store.duckdb.Schema}, {@link dev.whyops.store.duckdb.EventRows}, {@link
 * dev.whyops.store.duckdb.DuckDbTraceReader}.
 */
@NullMarked
package dev.whyops.store.duckdb;

import org.jspecify.annotations.NullMarked;

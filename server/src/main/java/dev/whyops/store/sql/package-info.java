/**
 * How do the control plane's rows look in SQL? Shared by SQLite and PostgreSQL: {@link
 * dev.whyops.store.sql.Database}, {@link dev.whyops.store.sql.Tables}, one class per port.
 */
@NullMarked
package dev.whyops.store.sql;

import org.jspecify.annotations.NullMarked;

/**
 * How is the control plane kept in PostgreSQL? {@link dev.whyops.store.postgres.PostgresDatabase}.
 */
@NullMarked
package dev.whyops.store.postgres;

import org.jspecify.annotations.NullMarked;

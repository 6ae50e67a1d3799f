/** How is the control plane kept in a file? {@link dev.whyops.store.sqlite.SqliteDatabase}. */
@NullMarked
package dev.whyops.store.sqlite;

import org.jspecify.annotations.NullMarked;

/** Tests of what the engine keeps to itself. */
@NullMarked
package dev.whyops.store.sqlite;

import org.jspecify.annotations.NullMarked;

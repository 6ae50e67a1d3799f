/**
 * How is it never lost? An append-only file with checksums is the point of durability. Start with
 * {@link dev.whyops.journal.Journal}.
 */
@NullMarked
package dev.whyops.journal;

import org.jspecify.annotations.NullMarked;

/**
 * The rules, one class each. {@link dev.whyops.finding.check.Checks} lists them in the order of the
 * table in docs/why.md.
 */
@NullMarked
package dev.whyops.finding.check;

import org.jspecify.annotations.NullMarked;

/**
 * What is wrong with a run? Rules that need no model, each with evidence that can be looked up.
 * Pure: no I/O, no clock. Reading order: {@link dev.whyops.finding.Finding}, {@link
 * dev.whyops.finding.Check}, {@link dev.whyops.finding.Evidence}, {@link
 * dev.whyops.finding.Findings}, {@link dev.whyops.finding.Sarif}; the rules themselves are in
 * {@code finding.check}.
 */
@NullMarked
package dev.whyops.finding;

import org.jspecify.annotations.NullMarked;

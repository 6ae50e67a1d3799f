/**
 * Why did the agent do that? Evidence that can be checked, never a model's word. Pure: no I/O, no
 * clock. The parts: {@link dev.whyops.why.view} puts a trace together, {@link dev.whyops.why.graph}
 * shows it as a decision graph.
 */
@NullMarked
package dev.whyops.why;

import org.jspecify.annotations.NullMarked;

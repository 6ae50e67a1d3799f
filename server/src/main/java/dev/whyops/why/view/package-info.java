/**
 * What do we know of a trace? Its events, parsed once and put together: calls of models with what
 * they held, and uses of tools. Pure: no I/O, no clock. Reading order: {@link
 * dev.whyops.why.view.TraceView}, {@link dev.whyops.why.view.ModelCall}, {@link
 * dev.whyops.why.view.Message}, {@link dev.whyops.why.view.ToolUse}, {@link
 * dev.whyops.why.view.TraceViews}.
 */
@NullMarked
package dev.whyops.why.view;

import org.jspecify.annotations.NullMarked;

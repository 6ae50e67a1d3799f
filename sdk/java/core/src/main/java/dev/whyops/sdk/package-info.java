/**
 * How does a Java application tell WhyOps what its agent does? Reading order: {@link
 * dev.whyops.sdk.WhyOps}, {@link dev.whyops.sdk.Trace}, {@link dev.whyops.sdk.ToolSpan}, {@code
 * EventQueue}, {@code Transport}.
 */
@NullMarked
package dev.whyops.sdk;

import org.jspecify.annotations.NullMarked;

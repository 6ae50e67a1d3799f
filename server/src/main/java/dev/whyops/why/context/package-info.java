/**
 * What was new in the context of a model call, and what broke its prompt cache? Reading order:
 * {@link dev.whyops.why.context.ContextDiff}, {@link dev.whyops.why.context.ContextDiffs}, {@link
 * dev.whyops.why.context.CacheBreaks}.
 */
@NullMarked
package dev.whyops.why.context;

import org.jspecify.annotations.NullMarked;

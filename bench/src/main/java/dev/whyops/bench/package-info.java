/**
 * How fast is it, against what? Reading order: {@link dev.whyops.bench.Bench}, {@link
 * dev.whyops.bench.Legs}, {@link dev.whyops.bench.MockProvider}, {@link
 * dev.whyops.bench.StreamLoad}.
 */
@NullMarked
package dev.whyops.bench;

import org.jspecify.annotations.NullMarked;

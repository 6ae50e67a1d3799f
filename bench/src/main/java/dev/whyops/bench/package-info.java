/**
 * How fast is it, against what? Reading order: {@link dev.whyops.bench.Bench}, {@link
 * dev.whyops.bench.Part} and its kinds, {@link dev.whyops.bench.Ground} with the legs, {@link
 * dev.whyops.bench.Wrk} and {@link dev.whyops.bench.StreamLoad}, which make the load, {@link
 * dev.whyops.bench.Results}.
 */
@NullMarked
package dev.whyops.bench;

import org.jspecify.annotations.NullMarked;

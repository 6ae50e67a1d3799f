/**
 * How does a handler of ours see a gateway request? Reading order: {@link
 * dev.whyops.endpoint.Request}, {@link dev.whyops.endpoint.Endpoint}.
 */
@NullMarked
package dev.whyops.endpoint;

import org.jspecify.annotations.NullMarked;

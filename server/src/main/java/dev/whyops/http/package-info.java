/**
 * How does a handler of ours see a request, whichever listener brought it? Reading order: {@link
 * dev.whyops.http.Request}, {@link dev.whyops.http.Answer}, {@link dev.whyops.http.Endpoint},
 * {@link dev.whyops.http.ApiException}.
 */
@NullMarked
package dev.whyops.http;

import org.jspecify.annotations.NullMarked;

/**
 * What does an answer of ours look like? A leaf that every feature may use: {@link
 * dev.whyops.http.Answer}, {@link dev.whyops.http.ApiException}.
 */
@NullMarked
package dev.whyops.http;

import org.jspecify.annotations.NullMarked;

/**
 * Do the official Java clients give their user the same through the gateway as straight from the
 * provider? Reading order: {@code ConformanceTest}, {@code OpenAiCalls}, {@code AnthropicCalls}.
 */
@NullMarked
package dev.whyops.sdk.conformance;

import org.jspecify.annotations.NullMarked;

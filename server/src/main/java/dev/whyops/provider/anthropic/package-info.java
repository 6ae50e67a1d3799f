/**
 * How does Anthropic's dialect read? Messages and count_tokens. Start with {@link
 * dev.whyops.provider.anthropic.AnthropicDialect}.
 */
@NullMarked
package dev.whyops.provider.anthropic;

import org.jspecify.annotations.NullMarked;

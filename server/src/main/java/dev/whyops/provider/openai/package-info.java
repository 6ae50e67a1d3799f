/**
 * How does OpenAI's dialect read? Chat completions, completions, responses and embeddings, as
 * OpenAI and the many servers that copied it send them. Start with {@link
 * dev.whyops.provider.openai.OpenAiDialect}.
 */
@NullMarked
package dev.whyops.provider.openai;

import org.jspecify.annotations.NullMarked;

/**
 * How do we test and show the product without a provider? A scripted provider of both dialects with
 * real wire behaviour, and the sample agent of the demo. Reading order: {@link
 * dev.whyops.fake.FakeLlm}, {@link dev.whyops.fake.Script}, {@link dev.whyops.fake.Seen}, {@code
 * Connection}, {@code OpenAiVoice}, {@code AnthropicVoice}, {@code Delivery}.
 */
@NullMarked
package dev.whyops.fake;

import org.jspecify.annotations.NullMarked;

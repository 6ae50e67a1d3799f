/** Which agent, and which version of it? Start with {@link dev.whyops.agent.Agents}. */
@NullMarked
package dev.whyops.agent;

import org.jspecify.annotations.NullMarked;

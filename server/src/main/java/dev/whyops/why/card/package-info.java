/**
 * Why this decision? One card per answer, tool call or error. Reading order: {@link
 * dev.whyops.why.card.WhyCard}, {@link dev.whyops.why.card.WhyCards}, {@link
 * dev.whyops.why.card.CardJson}, {@link dev.whyops.why.card.CardText}.
 */
@NullMarked
package dev.whyops.why.card;

import org.jspecify.annotations.NullMarked;

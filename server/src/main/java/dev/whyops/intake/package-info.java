/**
 * What came in, and what was turned away? A leaf that both listeners and the recorder tell: {@link
 * dev.whyops.intake.Intake}, {@link dev.whyops.intake.Refusal}.
 */
@NullMarked
package dev.whyops.intake;

import org.jspecify.annotations.NullMarked;

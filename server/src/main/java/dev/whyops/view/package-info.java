/** Which trace lists did somebody save? Start with {@link dev.whyops.view.SavedViews}. */
@NullMarked
package dev.whyops.view;

import org.jspecify.annotations.NullMarked;

/** How do we read and write JSON? One mapper with our limits: {@link dev.whyops.json.Json}. */
@NullMarked
package dev.whyops.json;

import org.jspecify.annotations.NullMarked;

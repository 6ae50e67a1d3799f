/**
 * Do the arguments fit the schema that the tool was offered with? Start with {@link
 * dev.whyops.why.schema.ArgumentSchemas}.
 */
@NullMarked
package dev.whyops.why.schema;

import org.jspecify.annotations.NullMarked;

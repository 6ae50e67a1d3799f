/** How does LangChain4j tell WhyOps what happens? By {@link WhyOpsListener}. */
@NullMarked
package dev.whyops.sdk.langchain4j;

import org.jspecify.annotations.NullMarked;

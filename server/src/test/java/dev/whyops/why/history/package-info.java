@org.jspecify.annotations.NullMarked
package dev.whyops.why.history;

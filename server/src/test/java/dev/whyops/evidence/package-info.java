@org.jspecify.annotations.NullMarked
package dev.whyops.evidence;

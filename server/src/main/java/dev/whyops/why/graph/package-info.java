/**
 * Which step led to which? Reading order: {@link dev.whyops.why.graph.DecisionGraph}, {@link
 * dev.whyops.why.graph.GraphBuilder}, {@link dev.whyops.why.graph.Mermaid}.
 */
@NullMarked
package dev.whyops.why.graph;

import org.jspecify.annotations.NullMarked;

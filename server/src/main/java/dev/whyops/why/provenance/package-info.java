/**
 * Where did this value come from? Every leaf of a tool call's arguments is looked for in what the
 * model had before it. Reading order: {@link dev.whyops.why.provenance.Provenance}, {@link
 * dev.whyops.why.provenance.Tracer}, {@link dev.whyops.why.provenance.TextIndex}, {@link
 * dev.whyops.why.provenance.NormalForms}, {@link dev.whyops.why.provenance.Derivation}.
 */
@NullMarked
package dev.whyops.why.provenance;

import org.jspecify.annotations.NullMarked;

/** What does no input break? Corpora and mutants of them through every parser. */
@NullMarked
package dev.whyops.fuzz;

import org.jspecify.annotations.NullMarked;

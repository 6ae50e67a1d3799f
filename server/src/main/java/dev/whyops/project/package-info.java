/**
 * Whose is it? Reading order: {@link dev.whyops.project.ProjectId}, {@link
 * dev.whyops.project.Environment}, {@link dev.whyops.project.ProjectScope}.
 */
@NullMarked
package dev.whyops.project;

import org.jspecify.annotations.NullMarked;

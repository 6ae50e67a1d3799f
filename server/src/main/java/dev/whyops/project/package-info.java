/**
 * Whose is it? Reading order: {@link dev.whyops.project.ProjectId}, {@link
 * dev.whyops.project.Environment}, {@link dev.whyops.project.ProjectScope}, {@link
 * dev.whyops.project.Project}, {@link dev.whyops.project.ProjectSettings}. Who may change it stands
 * in {@code tenancy}.
 */
@NullMarked
package dev.whyops.project;

import org.jspecify.annotations.NullMarked;

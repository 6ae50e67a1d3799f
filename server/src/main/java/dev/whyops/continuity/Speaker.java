package dev.whyops.continuity;

import dev.whyops.project.ProjectId;
import org.jspecify.annotations.Nullable;

/** Whose conversation it is: what one says never continues another's. */
public record Speaker(ProjectId project, String agentName, @Nullable String externalUserId) {}

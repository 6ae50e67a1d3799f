package dev.whyops.dashboard;

import dev.whyops.project.ProjectId;

/**
 * What the store would not take, project by project. Frames that tell no project are the operator's
 * alone: nobody's dashboard counts them or sends them again.
 */
public interface DeadLetters {
  /** How many frames of the project are kept. */
  long count(ProjectId project);

  /**
   * Sends the frames of the project through again.
   *
   * @return how many
   */
  int redrive(ProjectId project);
}

package dev.whyops.continuity;

import dev.whyops.project.ProjectId;

/** The keys under which traces are signed, one per project. */
@FunctionalInterface
public interface SignatureKeys {
  /**
   * 256 bits, the same until the project is deleted. May block.
   *
   * @throws RuntimeException when the key cannot be had now
   */
  byte[] of(ProjectId project);
}

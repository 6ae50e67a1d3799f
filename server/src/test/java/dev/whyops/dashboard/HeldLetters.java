package dev.whyops.dashboard;

import dev.whyops.project.ProjectId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A dead letter whose frames are only counted. */
final class HeldLetters implements DeadLetters {
  final Map<ProjectId, Integer> held = new ConcurrentHashMap<>();

  @Override
  public long count(ProjectId project) {
    return held.getOrDefault(project, 0);
  }

  @Override
  public int redrive(ProjectId project) {
    Integer frames = held.remove(project);
    return frames == null ? 0 : frames;
  }
}

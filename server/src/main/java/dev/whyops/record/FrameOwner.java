package dev.whyops.record;

import dev.whyops.event.EventCodec;
import dev.whyops.journal.BodyReader;
import dev.whyops.journal.FrameType;
import dev.whyops.project.ProjectId;
import java.util.List;
import java.util.Optional;

/** Whose a frame or a buried call is, as far as the frame alone tells it. */
final class FrameOwner {
  private FrameOwner() {}

  /** Empty where the frame names only its call, or cannot be read. */
  static Optional<ProjectId> of(FrameType type, byte[] body) {
    try {
      return switch (type) {
        case EVENTS -> onlyOne(EventCodec.decode(body).entries());
        case CALL_OPEN -> Optional.of(CallCodec.start(body).project());
        case TOMBSTONE -> {
          BodyReader in = new BodyReader(body);
          in.number();
          yield Optional.of(new ProjectId(in.text()));
        }
        case CALL_CHUNK, CALL_END -> Optional.empty();
      };
    } catch (RuntimeException e) {
      return Optional.empty(); // most frames that are buried are so because they cannot be read
    }
  }

  static Optional<ProjectId> ofCall(byte[] file) {
    try {
      return Optional.of(CallCodec.start(BuriedCall.read(file).open()).project());
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  /** A request is of one key, and so of one project; what is not was not written by us. */
  private static Optional<ProjectId> onlyOne(List<EventCodec.Entry> entries) {
    List<ProjectId> projects =
        entries.stream().map(entry -> entry.event().project()).distinct().limit(2).toList();
    return projects.size() == 1 ? Optional.of(projects.getFirst()) : Optional.empty();
  }
}

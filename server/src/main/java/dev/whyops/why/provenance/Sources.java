package dev.whyops.why.provenance;

import dev.whyops.why.view.Context;
import dev.whyops.why.view.Leaf;
import dev.whyops.why.view.Leaves;
import dev.whyops.why.view.Message;
import dev.whyops.why.view.Part;
import dev.whyops.why.view.Role;
import dev.whyops.why.view.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The texts that model calls held, each indexed once however often it was sent, and which of them a
 * call holds. {@link #hold} chooses the call; look-ups then see its texts only.
 */
final class Sources {
  private static final int LEAVES_MAX = 2_000;
  private static final int OUTSIDE = -1;

  private final TextIndex index = new TextIndex();
  private final List<Integer> unitOfMessage = new ArrayList<>();
  private final List<Integer> unitOfTool = new ArrayList<>();
  private final List<Unit> units = new ArrayList<>();
  private final List<int[]> held = new ArrayList<>();
  private int epoch;

  /** A message or tool definition with the range of its segments. */
  record Unit(int contentId, Role role, int firstSegment, int segmentCount, boolean message) {}

  TextIndex index() {
    return index;
  }

  Unit unit(int segment) {
    return units.get(index.segment(segment).unit());
  }

  /** Chooses what look-ups may see: what this context holds. */
  void hold(Context context) {
    epoch++;
    if (context.system() != null) {
      mark(unit(context.system()), OUTSIDE);
    }
    List<Message> messages = context.messages();
    for (int i = 0; i < messages.size(); i++) {
      mark(unit(messages.get(i)), i);
    }
    for (Tool tool : context.tools()) {
      mark(unit(tool), OUTSIDE);
    }
  }

  boolean held(int segment) {
    return held.get(index.segment(segment).unit())[0] == epoch;
  }

  boolean heldButAssistant(int segment) {
    return held(segment) && index.segment(segment).role() != Role.ASSISTANT;
  }

  /** Index of the held message, the first one of equal ones; -1 for system prompt and tools. */
  int position(int segment) {
    return held.get(index.segment(segment).unit())[1];
  }

  /** Index of the last of equal held messages. */
  int lastPosition(int segment) {
    return held.get(index.segment(segment).unit())[2];
  }

  /** Segments of a message, in order; empty when there was no room for it. */
  List<Integer> segments(Message message) {
    Unit unit = units.get(unit(message));
    List<Integer> segments = new ArrayList<>(unit.segmentCount());
    for (int i = 0; i < unit.segmentCount(); i++) {
      segments.add(unit.firstSegment() + i);
    }
    return segments;
  }

  private void mark(int unit, int position) {
    int[] mark = held.get(unit);
    if (mark[0] != epoch) {
      mark[0] = epoch;
      mark[1] = position;
    }
    mark[2] = position;
  }

  private int unit(Message message) {
    int known = known(unitOfMessage, message.contentId());
    if (known >= 0) {
      return known;
    }
    int number = open(unitOfMessage, message.contentId());
    int first = index.size();
    for (Part part : message.parts()) {
      add(number, message.role(), part);
    }
    units.set(
        number, new Unit(message.contentId(), message.role(), first, index.size() - first, true));
    return number;
  }

  private int unit(Tool tool) {
    int known = known(unitOfTool, tool.contentId());
    if (known >= 0) {
      return known;
    }
    int number = open(unitOfTool, tool.contentId());
    int first = index.size();
    for (Leaf leaf : Leaves.of(tool.raw(), LEAVES_MAX).orElse(List.of())) {
      if (leaf.kind() == Leaf.Kind.STRING || leaf.kind() == Leaf.Kind.NUMBER) {
        index.add(new Segment(number, Role.TOOL_DEFINITION, leaf.path(), leaf.key(), leaf.text()));
      }
    }
    units.set(
        number,
        new Unit(tool.contentId(), Role.TOOL_DEFINITION, first, index.size() - first, false));
    return number;
  }

  private void add(int unit, Role role, Part part) {
    switch (part) {
      case Part.Text text -> index.add(new Segment(unit, role, null, null, text.text()));
      case Part.Call call -> structured(unit, Role.ASSISTANT, call.arguments());
      case Part.Result result -> structured(unit, Role.TOOL, result.text());
      case Part.Thinking thinking -> {}
      case Part.Opaque opaque -> {}
    }
  }

  private void structured(int unit, Role role, String text) {
    List<Leaf> leaves = Leaves.of(text, LEAVES_MAX).orElse(null);
    if (leaves == null) {
      index.add(new Segment(unit, role, null, null, text));
      return;
    }
    Set<String> names = new HashSet<>();
    for (Leaf leaf : leaves) {
      if (leaf.kind() == Leaf.Kind.STRING || leaf.kind() == Leaf.Kind.NUMBER) {
        index.add(new Segment(unit, role, leaf.path(), leaf.key(), leaf.text()));
      }
      if (leaf.key() != null && names.add(leaf.key())) {
        index.add(new Segment(unit, role, leaf.path(), null, leaf.key()));
      }
    }
  }

  private static int known(List<Integer> numbers, int contentId) {
    return contentId < numbers.size() ? numbers.get(contentId) : -1;
  }

  private int open(List<Integer> numbers, int contentId) {
    while (numbers.size() <= contentId) {
      numbers.add(-1);
    }
    int number = units.size();
    numbers.set(contentId, number);
    units.add(new Unit(contentId, Role.USER, 0, 0, true));
    held.add(new int[] {0, 0, 0});
    return number;
  }
}

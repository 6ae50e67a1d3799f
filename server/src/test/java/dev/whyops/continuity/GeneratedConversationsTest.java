package dev.whyops.continuity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.continuity.CallTrace.Rule;
import dev.whyops.continuity.Talk.Said;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.RequestFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Thousands of conversations that go through the resolver as they would through the gateway: told
 * on, edited, cut short, reordered, forked, partly unrecorded; of two tenants, several agents and
 * users with the same words. The truth is known, so wrong joins can be counted: none is allowed,
 * but where two conversations are equal in all that a rule looks at and only one was recorded.
 */
class GeneratedConversationsTest {
  private static final boolean NIGHTLY = !"pr".equals(System.getProperty("whyops.schedule", "pr"));
  private static final int SEEDS = NIGHTLY ? 100 : 1;
  private static final int CALLS = 12_000;

  private static final List<String> GREETINGS =
      List.of(
          "Hi",
          "Hello, I would like to know where my order is at the moment, please.",
          "Please sum up the following text in three short sentences for my boss.",
          "Can you help me?");

  private static final List<String> FOLLOW_UPS =
      List.of("thanks", "go on", "why?", "And what about the one before, is it there already?");

  /** What came of one run. */
  private static final class Figures {
    int calls;
    int joined;
    int begun;
    int wrong;
    int indistinguishable;
    int missed;
    int expected;

    @Override
    public String toString() {
      return "calls=%d begun=%d joined=%d wrong=%d indistinguishable=%d missed=%d of=%d (%.2f %%)"
          .formatted(
              calls,
              begun,
              joined,
              wrong,
              indistinguishable,
              missed,
              expected,
              100.0 * missed / Math.max(1, expected));
    }
  }

  /** One gateway with its clients. */
  private static final class World {
    private final Random random;
    private final TraceResolver resolver = new TraceResolver(new ContinuityIndex());
    private final List<Talk> talks = new ArrayList<>();
    private final Map<String, Set<Integer>> lineages = new HashMap<>();

    /** What was recorded, by all that the rules look at, with the traces that issued it. */
    private final Map<String, Set<String>> issued = new HashMap<>();

    private final Figures figures = new Figures();
    private int numbers;

    World(long seed) {
      random = new Random(seed);
    }

    private <T> T any(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    Figures run() {
      for (int i = 0; i < CALLS; i++) {
        if (talks.isEmpty() || random.nextInt(5) == 0) {
          begin();
        }
        Talk talk = any(talks);
        change(talk);
        call(talk);
        if (talk.messages.size() > 24) {
          talks.remove(talk);
        }
      }
      return figures;
    }

    private void begin() {
      Speaker speaker =
          new Speaker(
              new ProjectId("prj_" + random.nextInt(2)),
              "agent-" + random.nextInt(2),
              random.nextInt(3) == 0 ? null : "user-" + random.nextInt(3));
      Talk talk = new Talk(speaker, random.nextBoolean(), numbers++);
      if (random.nextInt(4) == 0) { // examples that the model never said
        talk.messages.add(new Said("user", "An example question of some length, as it is", null));
        talk.messages.add(new Said("assistant", "An example answer", null));
      }
      String words = any(GREETINGS) + (random.nextInt(3) == 0 ? " No. " + numbers : "");
      talk.messages.add(new Said("user", words, null));
      talks.add(talk);
    }

    /** What clients do to their history between two calls. */
    private void change(Talk talk) {
      int size = talk.messages.size();
      switch (random.nextInt(14)) {
        case 0 -> talks.add(talk.fork());
        case 1 -> { // the user goes back and says something else
          int at = random.nextInt(size);
          if (talk.messages.get(at).role().equals("user")) {
            talk.messages = new ArrayList<>(talk.messages.subList(0, at));
            talk.messages.add(new Said("user", any(FOLLOW_UPS) + " " + numbers++, null));
          }
        }
        case 2 -> { // a window that slides
          if (size > 6) {
            talk.messages = new ArrayList<>(talk.messages.subList(2, size));
            talk.recorded = false;
          }
        }
        case 3 -> { // another order
          if (size > 4) {
            talk.messages.add(1, talk.messages.remove(3));
            talk.recorded = false;
          }
        }
        case 4 -> { // an answer is corrected by hand
          for (int i = 0; i < size; i++) {
            Said said = talk.messages.get(i);
            if (said.role().equals("assistant") && said.callId() == null) {
              talk.messages.set(i, new Said("assistant", said.text() + "!", null));
              talk.recorded = false;
              break;
            }
          }
        }
        default -> {}
      }
    }

    private void call(Talk talk) {
      RequestFacts asked = talk.asked();
      Optional<CallTrace> found = resolver.resolve(talk.speaker, asked);
      figures.calls++;
      judge(talk, found.orElse(null));
      String trace = found.map(CallTrace::traceId).orElseGet(() -> "trace-" + numbers++);
      lineages.computeIfAbsent(trace, t -> new HashSet<>()).add(talk.lineage);
      Said answer = answer(talk);
      boolean recorded = random.nextInt(12) != 0; // the others went another way
      if (recorded) {
        resolver.answered(
            talk.speaker,
            new Known(trace, trace, "p"),
            CallKind.CHAT_COMPLETIONS,
            asked,
            talk.answered(answer, "id-" + numbers++));
      }
      talk.messages.add(answer);
      talk.recorded = recorded;
      if (recorded) {
        note(talk.prefix(talk.messages.size()), trace);
        if (answer.callId() != null) {
          note(toolKey(talk, answer.callId()), trace);
        }
      }
      goOn(talk, answer);
    }

    private static String toolKey(Talk talk, String callId) {
      return "tool|" + talk.speaker.project() + talk.speaker.agentName() + "|" + callId;
    }

    private void note(String key, String trace) {
      issued.computeIfAbsent(key, k -> new HashSet<>()).add(trace);
    }

    private void judge(Talk talk, @Nullable CallTrace found) {
      boolean goesOn = talk.recorded && talk.messages.stream().anyMatch(World::isAnswer);
      figures.expected += goesOn ? 1 : 0;
      if (found == null) {
        figures.begun++;
        figures.missed += goesOn ? 1 : 0;
        return;
      }
      figures.joined++;
      Set<Integer> owners = lineages.getOrDefault(found.traceId(), Set.of());
      if (owners.contains(talk.lineage)) {
        return;
      }
      if (isIndistinguishable(talk, found)) {
        figures.indistinguishable++;
      } else {
        figures.wrong++;
        System.out.println("wrong: " + found + " for " + talk.messages);
      }
    }

    private static boolean isAnswer(Said said) {
      return said.role().equals("assistant");
    }

    /** All that the rule looks at was recorded once, for that trace: nothing could tell. */
    private boolean isIndistinguishable(Talk talk, CallTrace found) {
      Set<String> only = Set.of(found.traceId());
      if (found.rule() == Rule.TOOL_CALL_ID) {
        String callId = talk.messages.getLast().callId();
        return callId != null && only.equals(issued.get(toolKey(talk, callId)));
      }
      for (int end = talk.messages.size(); end > 0; end--) {
        Set<String> traces = issued.get(talk.prefix(end));
        if (traces != null && isAnswer(talk.messages.get(end - 1))) {
          return only.equals(traces);
        }
      }
      return false;
    }

    /** A model that says the same to the same, as at temperature 0, most of the time. */
    private Said answer(Talk talk) {
      boolean tool = random.nextInt(5) == 0;
      String text =
          random.nextInt(3) == 0
              ? "Answer no. " + numbers++
              : "Certainly. I say about this: "
                  + (talk.prefix(talk.messages.size()).hashCode() & 7);
      if (!tool) {
        return new Said("assistant", text, null);
      }
      String id =
          random.nextInt(20) == 0 ? "call_0" : "call_" + Long.toHexString(random.nextLong());
      return new Said("assistant", text, id);
    }

    private void goOn(Talk talk, Said answer) {
      talk.messages.add(
          answer.callId() == null
              ? new Said("user", any(FOLLOW_UPS), null)
              : new Said("tool", "found " + random.nextInt(3), answer.callId()));
    }
  }

  @Test
  @DisplayName("generated conversations: no wrong join, missed ones as a figure")
  void noConversationJoinsAnothersTrace() throws IOException {
    List<String> lines = new ArrayList<>();
    Figures all = new Figures();
    long first = Long.getLong("whyops.seed", 20_261_125L);
    for (int i = 0; i < SEEDS; i++) {
      Figures one = new World(first + i).run();
      lines.add("seed=" + (first + i) + " " + one);
      all.wrong += one.wrong;
      all.indistinguishable += one.indistinguishable;
      all.missed += one.missed;
      all.expected += one.expected;
    }
    lines.forEach(System.out::println);
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "continuity-figures.txt"), lines);
    assertThat(all.wrong).as("wrong joins").isZero();
    assertThat(all.expected).isPositive();
    assertThat(all.missed).as("missed joins").isLessThan(all.expected / 5);
  }
}

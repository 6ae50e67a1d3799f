package dev.whyops.why.provenance;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Finds values in text: an inverted index from tokens and normal forms to the places where they
 * stand. Adding is linear in the text; a look-up takes the rarest token of the value and verifies
 * at most 64 places.
 *
 * <p>Holds at most {@link #CHARS_MAX} characters; what comes later is left out and {@link #full}
 * says so. Not thread-safe.
 */
final class TextIndex {
  static final int CHARS_MAX = 4 * 1024 * 1024;
  static final int CANDIDATES_MAX = 64;
  private static final int POSTINGS_MAX = 8_192;

  private final List<Segment> segments = new ArrayList<>();
  private final IntArray segmentBase = new IntArray();
  private final Map<String, Integer> vocabulary = new HashMap<>();
  private final List<IntArray> postings = new ArrayList<>();
  private final IntArray tokenId = new IntArray();
  private final IntArray tokenStart = new IntArray();
  private final IntArray tokenEnd = new IntArray();
  private final Map<String, IntArray> forms = new HashMap<>();
  private final IntArray formSegment = new IntArray();
  private final IntArray formStart = new IntArray();
  private final IntArray formEnd = new IntArray();
  private final List<String> formKey = new ArrayList<>();
  private final BitSet formCompound = new BitSet();
  private final IntArray formsFrom = new IntArray();
  private long chars;
  private boolean full;

  /** Adds a text; its number is the answer, -1 when there is no room. */
  int add(Segment segment) {
    String text = segment.text();
    if (full || chars + text.length() > CHARS_MAX) {
      full = true;
      return -1;
    }
    chars += text.length();
    int number = segments.size();
    segments.add(segment);
    segmentBase.add(tokenId.size());
    formsFrom.add(formKey.size());
    Words.scan(text, (start, end) -> addToken(Words.fold(text, start, end), start, end));
    addToken("\u0000", 0, 0);
    NormalForms.scan(
        text, (key, start, end, compound) -> addForm(number, key, start, end, compound));
    return number;
  }

  boolean full() {
    return full;
  }

  Segment segment(int number) {
    return segments.get(number);
  }

  int size() {
    return segments.size();
  }

  /** Receives the normal forms of a segment. */
  void forms(int segment, NormalForms.Sink sink) {
    int end = segment + 1 < formsFrom.size() ? formsFrom.get(segment + 1) : formKey.size();
    for (int i = formsFrom.get(segment); i < end; i++) {
      sink.form(formKey.get(i), formStart.get(i), formEnd.get(i), formCompound.get(i));
    }
  }

  boolean knows(String token) {
    return vocabulary.containsKey(token);
  }

  /** All verified places of a value in held segments, best closeness of each place. */
  List<Match> find(Probe probe, IntPredicate held, Budget budget) {
    List<Match> found = new ArrayList<>();
    for (String key : probe.forms()) {
      findForm(key, probe, held, budget, found);
    }
    if (!probe.numeric()) {
      findTokens(probe, held, budget, found);
    }
    return found;
  }

  /** Places of one normal form in held segments. */
  List<Match> findForm(String key, IntPredicate held, Budget budget) {
    List<Match> found = new ArrayList<>();
    findForm(key, Probe.of(""), held, budget, found);
    return found;
  }

  private void findForm(
      String key, Probe probe, IntPredicate held, Budget budget, List<Match> found) {
    IntArray places = forms.get(key);
    if (places == null) {
      return;
    }
    int verified = 0;
    for (int i = 0; i < places.size() && verified < CANDIDATES_MAX; i++) {
      if (i >= POSTINGS_MAX || !budget.spend(1)) {
        budget.exhaust();
        return;
      }
      int form = places.get(i);
      int segment = formSegment.get(form);
      if (!held.test(segment)) {
        continue;
      }
      verified++;
      int start = formStart.get(form);
      int end = formEnd.get(form);
      boolean same =
          segments.get(segment).text().regionMatches(start, probe.text(), 0, end - start)
              && probe.text().length() == end - start;
      Match.Closeness closeness =
          formCompound.get(form)
              ? Match.Closeness.PART
              : same ? Match.Closeness.EXACT : Match.Closeness.NORMALISED;
      found.add(new Match(segment, start, end, closeness));
    }
  }

  private void findTokens(Probe probe, IntPredicate held, Budget budget, List<Match> found) {
    int[] ids = ids(probe.tokens());
    if (ids.length == 0) {
      return;
    }
    String core = probe.text().substring(probe.firstStart(), probe.lastEnd());
    String folded = Words.foldText(core);
    for (int place : places(ids, held, budget)) {
      int segment = segmentBase.floor(place);
      int start = tokenStart.get(place);
      int end = tokenEnd.get(place + ids.length - 1);
      String text = segments.get(segment).text();
      if (probe.cut() && !wholly(text, start, probe)) {
        continue;
      }
      Match.Closeness closeness = closeness(text, start, end, core, folded);
      found.add(widened(new Match(segment, start, end, closeness), probe, text));
    }
  }

  /** Whether all of a value stands where its first tokens do. */
  private static boolean wholly(String text, int start, Probe probe) {
    String value = probe.text();
    int from = probe.firstStart();
    return text.regionMatches(start, value, from, value.length() - from);
  }

  /**
   * Tokens have no marks; those around the value belong to its place where they stand there too.
   */
  private static Match widened(Match match, Probe probe, String text) {
    String value = probe.text();
    int lead = probe.firstStart();
    int tail = value.length() - probe.lastEnd();
    boolean before = text.regionMatches(match.start() - lead, value, 0, lead);
    boolean after = text.regionMatches(match.end(), value, probe.lastEnd(), tail);
    return match.closeness() != Match.Closeness.EXACT
        ? match
        : new Match(
            match.segment(),
            match.start() - (before ? lead : 0),
            match.end() + (after ? tail : 0),
            match.closeness());
  }

  private static Match.Closeness closeness(
      String text, int start, int end, String core, String folded) {
    boolean same = core.length() == end - start && text.startsWith(core, start);
    if (!same && !Words.foldText(text.substring(start, end)).equals(folded)) {
      return Match.Closeness.SEPARATED;
    }
    if (glued(text, start, end)) {
      return Match.Closeness.PART;
    }
    return same ? Match.Closeness.EXACT : Match.Closeness.NORMALISED;
  }

  /** True when a mark that holds words together stands between the value and more letters. */
  private static boolean glued(String text, int start, int end) {
    return start >= 2
            && "-_.@".indexOf(text.charAt(start - 1)) >= 0
            && Words.isWord(text.charAt(start - 2))
        || end + 1 < text.length()
            && "-_.@".indexOf(text.charAt(end)) >= 0
            && Words.isWord(text.charAt(end + 1));
  }

  /** Token positions where the sequence stands in held segments, 64 at most. */
  List<Integer> places(int[] ids, IntPredicate held, Budget budget) {
    List<Integer> found = new ArrayList<>();
    int rarest = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        return found;
      }
      if (postings.get(ids[i]).size() < postings.get(ids[rarest]).size()) {
        rarest = i;
      }
    }
    IntArray candidates = postings.get(ids[rarest]);
    int verified = 0;
    for (int i = 0; i < candidates.size() && verified < CANDIDATES_MAX; i++) {
      if (i >= POSTINGS_MAX || !budget.spend(1)) {
        budget.exhaust();
        return found;
      }
      int place = candidates.get(i) - rarest;
      if (place < 0 || !held.test(segmentBase.floor(candidates.get(i)))) {
        continue;
      }
      verified++;
      if (matches(place, ids, budget)) {
        found.add(place);
      }
    }
    return found;
  }

  /** The longest run of the tokens from {@code from} that stands in a held segment. */
  Run longest(int[] ids, int from, IntPredicate held, Budget budget) {
    Run best = Run.NONE;
    if (ids[from] < 0) {
      return best;
    }
    IntArray candidates = postings.get(ids[from]);
    int verified = 0;
    for (int i = 0; i < candidates.size() && verified < CANDIDATES_MAX; i++) {
      if (i >= POSTINGS_MAX || !budget.spend(1)) {
        return best;
      }
      int place = candidates.get(i);
      int segment = segmentBase.floor(place);
      if (!held.test(segment)) {
        continue;
      }
      verified++;
      int length = 1;
      while (from + length < ids.length
          && place + length < tokenId.size()
          && tokenId.get(place + length) == ids[from + length]) {
        length++;
      }
      budget.spend(length);
      if (length > best.length()) {
        best = new Run(segment, tokenStart.get(place), tokenEnd.get(place + length - 1), length);
      }
    }
    return best;
  }

  /** A run of tokens in a segment. */
  record Run(int segment, int start, int end, int length) {
    static final Run NONE = new Run(-1, 0, 0, 0);
  }

  /** Held segments of the first places of a token. */
  void segmentsOf(
      String token, IntPredicate held, Budget budget, java.util.function.IntConsumer to) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      return;
    }
    IntArray candidates = postings.get(id);
    int last = -1;
    int given = 0;
    for (int i = 0; i < Math.min(candidates.size(), POSTINGS_MAX); i++) {
      if (given >= CANDIDATES_MAX || !budget.spend(1)) {
        return;
      }
      int segment = segmentBase.floor(candidates.get(i));
      if (segment != last && held.test(segment)) {
        to.accept(segment);
        given++;
      }
      last = segment;
    }
  }

  Match matchAt(int place, int length, Match.Closeness closeness) {
    return new Match(
        segmentBase.floor(place),
        tokenStart.get(place),
        tokenEnd.get(place + length - 1),
        closeness);
  }

  /** Numbers of tokens, -1 for those that stand nowhere. */
  int[] ids(List<String> tokens) {
    int[] ids = new int[tokens.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = vocabulary.getOrDefault(tokens.get(i), -1);
    }
    return ids;
  }

  private boolean matches(int place, int[] ids, Budget budget) {
    if (place + ids.length > tokenId.size()) {
      return false;
    }
    for (int i = 0; i < ids.length; i++) {
      if (tokenId.get(place + i) != ids[i]) {
        budget.spend(i);
        return false;
      }
    }
    return budget.spend(ids.length);
  }

  private void addToken(String token, int start, int end) {
    Integer id = vocabulary.get(token);
    if (id == null) {
      id = vocabulary.size();
      vocabulary.put(token, id);
      postings.add(new IntArray());
    }
    postings.get(id).add(tokenId.size());
    tokenId.add(id);
    tokenStart.add(start);
    tokenEnd.add(end);
  }

  private void addForm(int segment, String key, int start, int end, boolean compound) {
    forms.computeIfAbsent(key, k -> new IntArray()).add(formKey.size());
    formSegment.add(segment);
    formStart.add(start);
    formEnd.add(end);
    formCompound.set(formKey.size(), compound);
    formKey.add(key);
  }
}

package dev.whyops.why.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells the language of a text by script and by its smallest words. Made to be sure or silent: it
 * gives no language unless nearly all of what it knows speaks for one.
 */
public final class Languages {
  private static final int HITS_MIN = 4;
  private static final int CHARS_MAX = 4_000;
  private static final Map<String, Set<String>> WORDS = new LinkedHashMap<>();

  static {
    put(
        "en",
        "the and of to is in that it for you was with on are this be have not your will from can"
            + " our they has been would there their what were when which");
    put(
        "de",
        "der die das und ist nicht ein eine zu den mit von auf für sich dem des im auch es ich sie"
            + " wir wird sind haben wurde kann ihre bei nach einen als oder");
    put(
        "fr",
        "le la les des et est une du que qui dans pour pas sur au avec ce il elle nous vous sont"
            + " par plus ne été votre cette ses aux ont mais");
    put(
        "es",
        "el la los las de que y es en un una por con para no se su al lo como más pero sus este"
            + " está son del ha muy todo también usted");
    put(
        "it",
        "il lo la gli di che è e un una per non con sono del della si da al nel dei ha come più"
            + " questo anche alla le suo essere");
    put(
        "pt",
        "o a os as de que e é um uma para com não em do da se por mais dos na no ao são você seu"
            + " sua foi está como mas");
    put(
        "nl",
        "de het een en van is dat niet op te in voor met zijn aan er om ook als bij uw naar wordt"
            + " heeft dit maar deze kan ik je");
    put(
        "pl",
        "i w nie na się z do to jest że o jak za od po co dla przez ale są tym być tego oraz może"
            + " czy został");
    put(
        "sv",
        "och att det som en är på av för den med inte till om har ett jag du kan från vi så ska din"
            + " eller men när");
    put(
        "tr",
        "ve bir bu için ile de da olarak çok daha olan en gibi ne kadar sonra ama mi değil olduğu");
  }

  /** Names by which somebody may ask for a language. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("en", "english|englisch|anglais|inglés|inglese|inglês|engels"),
          Map.entry("de", "german|deutsch|allemand|alemán|tedesco|alemão|duits"),
          Map.entry("fr", "french|französisch|français|francés|francese|francês|frans"),
          Map.entry("es", "spanish|spanisch|español|espagnol|spagnolo|espanhol|spaans"),
          Map.entry("it", "italian|italienisch|italiano|italien|italiaans"),
          Map.entry("pt", "portuguese|portugiesisch|português|portugais|portugués"),
          Map.entry("nl", "dutch|niederländisch|nederlands|néerlandais"),
          Map.entry("pl", "polish|polnisch|polski|polonais"),
          Map.entry("sv", "swedish|schwedisch|svenska|suédois"),
          Map.entry("tr", "turkish|türkisch|türkçe|turc"),
          Map.entry("ja", "japanese|japanisch|日本語|japonais"),
          Map.entry("zh", "chinese|chinesisch|中文|chinois|mandarin"),
          Map.entry("ko", "korean|koreanisch|한국어|coréen"),
          Map.entry("ru", "russian|russisch|русск|russe"),
          Map.entry("ar", "arabic|arabisch|arabe|العربية"),
          Map.entry("el", "greek|griechisch|grec"),
          Map.entry("he", "hebrew|hebräisch"),
          Map.entry("th", "thai"),
          Map.entry("hi", "hindi"));

  private Languages() {}

  /** A language and how much speaks for it, 0-1. */
  public record Guess(String language, double confidence) {}

  public static Optional<Guess> of(String text) {
    String start = text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) : text;
    Map<String, Integer> scripts = scripts(start);
    int letters = scripts.values().stream().mapToInt(Integer::intValue).sum();
    if (letters == 0) {
      return Optional.empty();
    }
    int kana = scripts.getOrDefault("ja", 0);
    if (kana > 0 && (kana + scripts.getOrDefault("zh", 0)) >= 0.9 * letters) {
      return Optional.of(new Guess("ja", 0.99));
    }
    for (Map.Entry<String, Integer> script : scripts.entrySet()) {
      if (!script.getKey().equals("latin") && script.getValue() >= 0.9 * letters) {
        return Optional.of(new Guess(script.getKey(), 0.95));
      }
    }
    return scripts.getOrDefault("latin", 0) >= 0.9 * letters ? latin(start) : Optional.empty();
  }

  public static int letters(String text) {
    return (int) text.codePoints().filter(Character::isLetter).count();
  }

  /** True when a text names a language, or speaks of translating. */
  public static boolean asksForLanguage(String text, String language) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("translat") || lower.contains("übersetz") || lower.contains("tradu")) {
      return true;
    }
    String names = NAMES.getOrDefault(language, "");
    return !names.isEmpty() && Arrays.stream(names.split("\\|")).anyMatch(lower::contains);
  }

  private static Optional<Guess> latin(String text) {
    List<String> words = List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}]+"));
    Map<String, Double> scores = new HashMap<>();
    int known = 0;
    for (String word : words) {
      List<String> speakers =
          WORDS.entrySet().stream()
              .filter(entry -> entry.getValue().contains(word))
              .map(Map.Entry::getKey)
              .toList();
      known += speakers.isEmpty() ? 0 : 1;
      // A word that two languages share speaks for neither: only its own words count in full.
      speakers.forEach(language -> scores.merge(language, 1.0 / speakers.size(), Double::sum));
    }
    String best = "";
    double top = 0;
    double second = 0;
    for (Map.Entry<String, Double> score : scores.entrySet()) {
      if (score.getValue() > top) {
        second = top;
        top = score.getValue();
        best = score.getKey();
      } else {
        second = Math.max(second, score.getValue());
      }
    }
    if (known < HITS_MIN || top < HITS_MIN - 1 || known < 0.15 * words.size()) {
      return Optional.empty();
    }
    return Optional.of(new Guess(best, Math.min(0.99, 1 - second / (top + second) * 0.5)));
  }

  private static Map<String, Integer> scripts(String text) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    text.codePoints()
        .filter(Character::isLetter)
        .forEach(c -> counts.merge(script(c), 1, Integer::sum));
    return counts;
  }

  private static String script(int c) {
    return switch (Character.UnicodeScript.of(c)) {
      case LATIN -> "latin";
      case HIRAGANA, KATAKANA -> "ja";
      case HAN -> "zh";
      case HANGUL -> "ko";
      case CYRILLIC -> "ru";
      case ARABIC -> "ar";
      case GREEK -> "el";
      case HEBREW -> "he";
      case THAI -> "th";
      case DEVANAGARI -> "hi";
      default -> "other";
    };
  }

  private static void put(String language, String words) {
    WORDS.put(language, Arrays.stream(words.split(" ")).collect(Collectors.toUnmodifiableSet()));
  }
}

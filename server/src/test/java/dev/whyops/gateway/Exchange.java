package dev.whyops.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One generated exchange of a dialect: what the client and the provider put on the wire, and in
 * which pieces. The same seed and number make the same exchange.
 *
 * @param requestWire head and body as the client sends them
 * @param answerWire head and body as the provider sends them
 * @param requestCuts ends of the pieces that are flushed one by one; the same for the answer
 * @param edited the gateway may change bytes, each change on record
 */
record Exchange(
    int number,
    byte[] request,
    byte[] requestWire,
    int[] requestCuts,
    int status,
    byte[] answer,
    byte[] answerWire,
    int[] answerCuts,
    @Nullable String answerCoding,
    boolean endsWithClose,
    boolean edited) {
  /** A copy that grows more often than so many times is not decoded to be read. */
  private static final int RATIO_READ_MAX = 100;

  /** How the bytes of a body are framed. */
  private enum Framing {
    LENGTH,
    CHUNKED,
    CLOSE
  }

  /** Also the name under which the two sides find it. */
  String traceId() {
    return "t" + number;
  }

  static Exchange make(long seed, int number) {
    return new Maker(new SplittableRandom(seed * 1_000_003 + number), number).make();
  }

  private static final class Maker {
    private final SplittableRandom random;
    private final JsonNoise json;
    private final int number;

    Maker(SplittableRandom random, int number) {
      this.random = random;
      this.json = new JsonNoise(random);
      this.number = number;
    }

    Exchange make() {
      boolean edited = json.chance(10);
      String path =
          edited
              ? "/v1/chat/completions"
              : json.oneOf(
                  List.of(
                      "/v1/chat/completions",
                      "/v1/chat/completions",
                      "/v1/messages",
                      "/v1/messages",
                      "/v1/responses",
                      "/v1/completions",
                      "/v1/embeddings",
                      "/v1/messages/count_tokens",
                      "/v1/files",
                      "/chat/completions"));
      boolean stream = edited || json.chance(60);
      boolean unreadable = !edited && (path.equals("/v1/files") || json.chance(3));
      byte[] body = unreadable ? noise(random.nextInt(30_000)) : requestBody(stream, edited);
      byte[] request = coded(body, edited ? 0 : 10);
      boolean requestCoded = request != body;
      boolean tooDense = body.length / RATIO_READ_MAX >= request.length; // PX-15: is not read
      boolean error = json.chance(8);
      byte[] plain =
          error ? utf8("{\"error\":{\"message\":" + json.string() + "}}") : answer(path, stream);
      byte[] answer = coded(plain, stream ? 5 : 20);
      boolean answerCoded = answer != plain;
      int status = error ? json.oneOf(List.of(400, 401, 404, 429, 500, 529)) : 200;
      Framing framing =
          json.oneOf(List.of(Framing.LENGTH, Framing.CHUNKED, Framing.CHUNKED, Framing.CLOSE));
      String type = stream && !error ? "text/event-stream; charset=utf-8" : "application/json";
      byte[] requestWire =
          framed(
              requestHead(unreadable || tooDense ? named(path) : path, requestCoded),
              request,
              json.chance(50) ? Framing.LENGTH : Framing.CHUNKED);
      byte[] answerWire = framed(answerHead(status, type, answerCoded), answer, framing);
      return new Exchange(
          number,
          request,
          requestWire,
          cuts(requestWire.length),
          status,
          answer,
          answerWire,
          cuts(answerWire.length),
          answerCoded ? "gzip" : null,
          framing == Framing.CLOSE,
          edited);
    }

    /** What is no JSON can only be routed by a path that names the provider. */
    private static String named(String path) {
      String slug = path.startsWith("/v1/messages") ? "anthropic" : "openai";
      return "/providers/" + slug + (path.startsWith("/v1/") ? path : "/v1" + path);
    }

    private String requestHead(String path, boolean coded) {
      return "POST "
          + path
          + (json.chance(10) ? "?beta=true&x=%2f" : "")
          + " HTTP/1.1\r\nHost: x\r\n"
          + "Authorization: Bearer "
          + Harness.KEY
          + "\r\nX-Agent-Name: a\r\n"
          + "X-Trace-ID: t"
          + number
          + "\r\nX-Exchange: t"
          + number
          + "\r\n"
          + (coded ? "Content-Encoding: gzip\r\n" : "")
          + (json.chance(30) ? "anthropic-beta: a\r\nAnthropic-Beta: b\r\n" : "");
    }

    private static String answerHead(int status, String type, boolean coded) {
      return "HTTP/1.1 "
          + status
          + " Said\r\nContent-Type: "
          + type
          + "\r\n"
          + (coded ? "Content-Encoding: gzip\r\n" : "");
    }

    private byte[] requestBody(boolean stream, boolean edited) {
      List<String> members = new ArrayList<>();
      members.add(json.member("\"model\"", edited ? "\"editing/m-" + number + "\"" : "\"m\""));
      members.add(json.member("\"stream\"", String.valueOf(stream)));
      members.add(json.member("\"messages\"", turns()));
      if (json.chance(40)) {
        members.add(json.member("\"tools\"", "[" + json.value(2) + "]"));
      }
      if (edited && json.chance(30)) {
        members.add(
            json.member("\"stream_options\"", json.oneOf(List.of("null", "{}", "{ \"x\":1}"))));
      }
      String text = json.space() + json.objectOf(members) + json.space();
      return utf8((!edited && json.chance(3) ? "\ufeff" : "") + text);
    }

    private String turns() {
      StringBuilder turns = new StringBuilder("[");
      int count = 1 + random.nextInt(json.chance(5) ? 400 : 6);
      for (int i = 0; i < count; i++) {
        String role = json.oneOf(List.of("user", "assistant", "tool", "system"));
        turns
            .append(i == 0 ? "" : ",")
            .append(
                json.objectOf(
                    List.of(
                        json.member("\"role\"", '"' + role + '"'),
                        json.member("\"content\"", json.value(2)))));
      }
      return turns.append(']').toString();
    }

    private byte[] answer(String path, boolean stream) {
      if (path.equals("/v1/files")) {
        return noise(random.nextInt(50_000));
      }
      return stream
          ? utf8(events(path))
          : utf8(json.space() + json.objectOf(List.of(choice())) + json.space());
    }

    private String choice() {
      return json.member(
          "\"choices\"",
          "[" + json.objectOf(List.of(json.member("\"delta\"", json.value(2)))) + "]");
    }

    private String events(String path) {
      String end = json.oneOf(List.of("\n", "\n", "\r\n", "\r"));
      StringBuilder all = new StringBuilder(json.chance(3) ? "\ufeff" : "");
      int count = 1 + random.nextInt(json.chance(5) ? 300 : 12);
      for (int i = 0; i < count; i++) {
        switch (random.nextInt(12)) {
          case 0 -> all.append(": comment ").append(i).append(end).append(end);
          case 1 ->
              all.append("event: ping").append(end).append("data: {}").append(end).append(end);
          case 2 -> all.append("data: {not json").append(end).append(end);
          default -> {
            if (path.endsWith("messages")) {
              all.append("event: content_block_delta").append(end);
            }
            // An event's data is one line here, as providers send it.
            String data = json.objectOf(List.of(choice())).replaceAll("[\r\n]+", " ");
            all.append(json.chance(90) ? "data: " : "data:").append(data).append(end).append(end);
          }
        }
      }
      if (json.chance(50)) {
        all.append("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":")
            .append(number)
            .append("}}");
        all.append(end).append(end);
      }
      return all
          + (json.chance(85) ? "data: [DONE]" + end + end : json.chance(50) ? "data: cut" : "");
    }

    private byte[] noise(int length) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      return bytes;
    }

    private byte[] coded(byte[] plain, int percent) {
      if (!json.chance(percent)) {
        return plain;
      }
      ByteArrayOutputStream coded = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
        gzip.write(plain);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return coded.toByteArray();
    }

    private byte[] framed(String head, byte[] body, Framing framing) {
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      wire.writeBytes(latin1(head));
      switch (framing) {
        case LENGTH -> {
          wire.writeBytes(latin1("Content-Length: " + body.length + "\r\n\r\n"));
          wire.writeBytes(body);
        }
        case CLOSE -> {
          wire.writeBytes(latin1("Connection: close\r\n\r\n"));
          wire.writeBytes(body);
        }
        case CHUNKED -> {
          wire.writeBytes(latin1("Transfer-Encoding: chunked\r\n\r\n"));
          int from = 0;
          for (int to : cuts(body.length)) {
            if (to > from) {
              String extension = json.chance(5) ? ";ext=\"1\"" : "";
              wire.writeBytes(latin1(json.hex(to - from) + extension + "\r\n"));
              wire.write(body, from, to - from);
              wire.writeBytes(latin1("\r\n"));
            }
            from = to;
          }
          wire.writeBytes(latin1("0\r\n" + (json.chance(5) ? "X-Trailer: 1\r\n" : "") + "\r\n"));
        }
      }
      return wire.toByteArray();
    }

    /** Ends of pieces, rising, the last one at the end. */
    private int[] cuts(int length) {
      int pieces = json.chance(30) ? 1 : 1 + random.nextInt(12);
      int[] ends = new int[pieces];
      for (int i = 0; i < pieces - 1; i++) {
        ends[i] = random.nextInt(length + 1);
      }
      ends[pieces - 1] = length;
      Arrays.sort(ends);
      return ends;
    }

    private static byte[] utf8(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String text) {
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
  }
}

package dev.whyops.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes inputs out of inputs: bits flipped, pieces lost, doubled, swapped, spliced, replaced. */
final class Mutants {
  private static final int LENGTH_MAX = 16 * 1024;
  private static final byte[] TOKENS =
      "\r\n\0\"{}[]:,;\\/ \t.0159-+eE\u00e2\u0081\u00a3".getBytes();

  private final List<byte[]> seeds;
  private final SplittableRandom random;

  Mutants(List<byte[]> seeds, long seed) {
    this.seeds = seeds;
    this.random = new SplittableRandom(seed);
  }

  byte[] next() {
    byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
    int steps = 1 + random.nextInt(6);
    for (int i = 0; i < steps; i++) {
      input = mutated(input);
    }
    return input.length > LENGTH_MAX ? Arrays.copyOf(input, LENGTH_MAX) : input;
  }

  private byte[] mutated(byte[] input) {
    if (input.length == 0) {
      return new byte[] {TOKENS[random.nextInt(TOKENS.length)]};
    }
    int at = random.nextInt(input.length);
    int to = Math.min(input.length, at + 1 + random.nextInt(32));
    return switch (random.nextInt(7)) {
      case 0 -> flipped(input, at);
      case 1 -> joined(input, at, new byte[0], to);
      case 2 -> joined(input, to, Arrays.copyOfRange(input, at, to), to);
      case 3 -> joined(input, at, new byte[] {TOKENS[random.nextInt(TOKENS.length)]}, at);
      case 4 -> joined(input, at, new byte[] {TOKENS[random.nextInt(TOKENS.length)]}, at + 1);
      case 5 -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextInt(other.length + 1);
        yield joined(input, at, Arrays.copyOfRange(other, from, other.length), input.length);
      }
      default -> Arrays.copyOf(input, at);
    };
  }

  private byte[] flipped(byte[] input, int at) {
    input[at] ^= (byte) (1 << random.nextInt(8));
    return input;
  }

  /** What stands before {@code to}, then {@code middle}, then what stands from {@code from} on. */
  private static byte[] joined(byte[] input, int to, byte[] middle, int from) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(input, 0, to);
    joined.writeBytes(middle);
    joined.write(input, from, input.length - from);
    return joined.toByteArray();
  }
}

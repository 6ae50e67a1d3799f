package dev.whyops.why.provenance;

import java.util.Arrays;

/** A growing array of ints; an index has very many that hold one or two. */
final class IntArray {
  private int[] values = new int[1];
  private int size;

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size + 1 + (size >> 1));
    }
    values[size++] = value;
  }

  int get(int index) {
    return values[index];
  }

  int size() {
    return size;
  }

  /** Index of the last value that is at most {@code value}; the array must ascend. */
  int floor(int value) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (values[middle] <= value) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}

/**
 * Where does a further text fit at the end of an answer, so that it is the answer's own shape?
 * Reading order: {@link dev.whyops.provider.tail.JsonTail} for whole bodies, {@link
 * dev.whyops.provider.tail.StreamTail} for streams. Pure.
 */
@NullMarked
package dev.whyops.provider.tail;

import org.jspecify.annotations.NullMarked;

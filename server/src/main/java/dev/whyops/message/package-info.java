/**
 * How is content stored once? Reading order: {@link dev.whyops.message.ContentSplitter}, {@link
 * dev.whyops.message.ContentId}, {@link dev.whyops.message.MessageStore}, {@link
 * dev.whyops.message.Envelope}.
 */
@NullMarked
package dev.whyops.message;

import org.jspecify.annotations.NullMarked;

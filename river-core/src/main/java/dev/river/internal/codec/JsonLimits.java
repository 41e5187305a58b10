package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;

/**
 * The limits of the JSON that is stored with jobs. What is written is checked by them, so that it
 * can be read again; Jackson's own defaults are replaced.
 */
final class JsonLimits {
  /** What is written at once: arguments, the metadata of an insert. Bytes of UTF-8. */
  static final int MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

  /** A value that an attempt keeps: its output, an entry of metadata, a cursor. Bytes of UTF-8. */
  static final int MAX_VALUE_BYTES = 32 * 1024 * 1024;

  /** A name in an object. Jackson keeps names that it has met, so they can't be of any length. */
  static final int MAX_NAME_CHARS = 65_536;

  /** Objects and lists within each other. */
  static final int MAX_DEPTH = 1_000;

  /** Digits before the point. Source: PostgreSQL's numeric, which holds the numbers of jsonb. */
  static final int MAX_INTEGER_DIGITS = 131_072;

  /** Digits after the point. Source as above. */
  static final int MAX_FRACTION_DIGITS = 16_383;

  /**
   * What is read at once. Values of several attempts add up in metadata, as far as jsonb goes: to
   * 256 MB. Source: PostgreSQL's jsonb.
   */
  private static final int MAX_READ_CHARS = 256 * 1024 * 1024;

  /** The objects that we put around a value of the greatest depth. */
  private static final int SURROUNDING_DEPTH = 10;

  private static final int SIGN_AND_POINT = 2;

  private JsonLimits() {}

  /** {@return a factory that reads all that may be written, wherever it was put} */
  static JsonFactory ofValues() {
    return factory(MAX_DEPTH + SURROUNDING_DEPTH, MAX_DEPTH);
  }

  /** {@return a factory that reads and writes documents with values in them} */
  static JsonFactory ofDocuments() {
    return factory(MAX_DEPTH + SURROUNDING_DEPTH, MAX_DEPTH + SURROUNDING_DEPTH);
  }

  /** {@return a factory that reads what may be written, and nothing else} */
  static JsonFactory ofChecks() {
    return factory(MAX_DEPTH, MAX_DEPTH);
  }

  private static JsonFactory factory(int readDepth, int writeDepth) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxDocumentLength(MAX_READ_CHARS)
                .maxStringLength(MAX_READ_CHARS)
                .maxNameLength(MAX_NAME_CHARS)
                .maxNumberLength(MAX_INTEGER_DIGITS + MAX_FRACTION_DIGITS + SIGN_AND_POINT)
                .maxNestingDepth(readDepth)
                .build())
        .streamWriteConstraints(
            StreamWriteConstraints.builder().maxNestingDepth(writeDepth).build())
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .build();
  }
}

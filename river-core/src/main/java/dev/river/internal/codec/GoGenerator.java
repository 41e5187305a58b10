package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;

/**
 * Writes JSON byte for byte as Go does. Keys of unique jobs are hashes over it, and must not depend
 * on the language of the inserter.
 */
final class GoGenerator extends JsonGeneratorDelegate {
  GoGenerator(JsonGenerator plain) {
    super(plain, false); // false: nested values come back here
    plain.setCharacterEscapes(GoEscapes.INSTANCE);
  }

  @Override
  public void writeNumber(double number) throws IOException {
    if (Double.isFinite(number)) {
      delegate.writeNumber(GoNumbers.text(number));
    } else {
      delegate.writeNumber(number);
    }
  }

  @Override
  public void writeNumber(float number) throws IOException {
    if (Float.isFinite(number)) {
      delegate.writeNumber(GoNumbers.text(number));
    } else {
      delegate.writeNumber(number);
    }
  }

  @Override
  public void writeArray(double[] numbers, int offset, int length) throws IOException {
    writeStartArray(numbers, length);
    for (int i = offset; i < offset + length; i++) {
      writeNumber(numbers[i]);
    }
    writeEndArray();
  }

  /** Prepared names and texts carry Jackson's own escapes. */
  @Override
  public void writeFieldName(SerializableString name) throws IOException {
    delegate.writeFieldName(name.getValue());
  }

  @Override
  public void writeString(SerializableString text) throws IOException {
    delegate.writeString(text.getValue());
  }
}

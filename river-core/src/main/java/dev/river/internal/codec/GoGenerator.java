package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Writes JSON byte for byte as Go does. Keys of unique jobs are hashes over it, and must not depend
 * on the language of the inserter.
 */
final class GoGenerator extends JsonGeneratorDelegate {
  private boolean plain = true;

  GoGenerator(JsonGenerator plain) {
    super(plain, false); // false: nested values come back here
    plain.setCharacterEscapes(GoEscapes.INSTANCE);
  }

  /** {@return whether neither a number of any length nor raw JSON was written} */
  boolean isPlain() {
    return plain;
  }

  @Override
  public void writeNumber(double number) throws IOException {
    checkFinite(number);
    delegate.writeNumber(GoNumbers.text(number));
  }

  @Override
  public void writeNumber(float number) throws IOException {
    checkFinite(number);
    delegate.writeNumber(GoNumbers.text(number));
  }

  /** JSON has no such numbers, and Go refuses them too. */
  private void checkFinite(double number) throws IOException {
    if (!Double.isFinite(number)) {
      throw new JsonGenerationException("JSON has no number for NaN and infinity", this);
    }
  }

  @Override
  public void writeNumber(BigInteger number) throws IOException {
    plain = false;
    delegate.writeNumber(number);
  }

  @Override
  public void writeNumber(BigDecimal number) throws IOException {
    plain = false;
    delegate.writeNumber(number);
  }

  @Override
  public void writeNumber(String number) throws IOException {
    plain = false;
    delegate.writeNumber(number);
  }

  @Override
  public void writeNumber(char[] number, int offset, int length) throws IOException {
    plain = false;
    delegate.writeNumber(number, offset, length);
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

  @Override
  public void writeRaw(String text) throws IOException {
    plain = false;
    delegate.writeRaw(text);
  }

  @Override
  public void writeRaw(String text, int offset, int length) throws IOException {
    plain = false;
    delegate.writeRaw(text, offset, length);
  }

  @Override
  public void writeRaw(char[] text, int offset, int length) throws IOException {
    plain = false;
    delegate.writeRaw(text, offset, length);
  }

  @Override
  public void writeRaw(SerializableString text) throws IOException {
    plain = false;
    delegate.writeRaw(text);
  }

  @Override
  public void writeRawValue(String text) throws IOException {
    plain = false;
    delegate.writeRawValue(text);
  }

  @Override
  public void writeRawValue(String text, int offset, int length) throws IOException {
    plain = false;
    delegate.writeRawValue(text, offset, length);
  }

  @Override
  public void writeRawValue(char[] text, int offset, int length) throws IOException {
    plain = false;
    delegate.writeRawValue(text, offset, length);
  }

  @Override
  public void writeRawValue(SerializableString text) throws IOException {
    plain = false;
    delegate.writeRawValue(text);
  }

  @Override
  public void writeRaw(char c) throws IOException {
    plain = false;
    delegate.writeRaw(c);
  }
}

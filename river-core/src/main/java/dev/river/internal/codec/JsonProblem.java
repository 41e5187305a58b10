package dev.river.internal.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.exc.StreamWriteException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells what was wrong with JSON, or with a value that was to become JSON, by places and types.
 * Jackson's own messages quote the content, which may be secret.
 */
final class JsonProblem {
  private static final int LONGEST_PATH = 200;

  private JsonProblem() {}

  /** {@return the problem without any content; what code of the user threw is told in its words} */
  static String text(Throwable failure) {
    Throwable problem = unwrapped(failure);
    if (problem instanceof JsonMappingException mapping) {
      return inner(mapping) + place(mapping);
    }
    return problem instanceof JsonProcessingException stream
        ? streamText(stream)
        : String.valueOf(problem.getMessage());
  }

  /** {@return what code of the user threw, if that is why; Jackson's exceptions quote content} */
  static @Nullable Throwable cause(Throwable failure) {
    Throwable link = unwrapped(failure);
    while (link instanceof JsonProcessingException) {
      if (link instanceof MismatchedInputException) {
        return null; // its cause quotes what could not be parsed
      }
      link = link.getCause();
    }
    return link;
  }

  /** Conversions wrap what Jackson threw. */
  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof IllegalArgumentException
            && failure.getCause() instanceof JsonProcessingException inner
        ? inner
        : failure;
  }

  private static String inner(JsonMappingException problem) {
    if (problem instanceof InvalidTypeIdException type) {
      return "it must name a known type of %s".formatted(type.getBaseType().toCanonical());
    }
    if (problem instanceof MismatchedInputException mismatch) {
      return expected(mismatch.getTargetType());
    }
    if (problem instanceof InvalidDefinitionException) {
      return problem.getOriginalMessage(); // it speaks of classes only
    }
    Throwable cause = problem.getCause();
    if (cause == null) {
      return problem.getProcessor() instanceof JsonGenerator
          ? problem.getOriginalMessage()
          : "it does not fit";
    }
    return cause instanceof JsonProcessingException inner ? innerText(inner) : cause.toString();
  }

  private static String innerText(JsonProcessingException problem) {
    return problem instanceof JsonMappingException mapping ? inner(mapping) : streamText(problem);
  }

  private static String streamText(JsonProcessingException problem) {
    if (problem instanceof InputCoercionException coercion) {
      return expected(coercion.getTargetType());
    }
    if (problem instanceof StreamConstraintsException || problem instanceof StreamWriteException) {
      return problem.getOriginalMessage(); // it speaks of sizes only
    }
    if (problem instanceof StreamReadException) {
      JsonLocation at = problem.getLocation();
      return at == null
          ? "it is no JSON"
          : "it is no JSON at line %s, column %s".formatted(at.getLineNr(), at.getColumnNr());
    }
    return "it does not fit";
  }

  private static String expected(@Nullable Class<?> type) {
    return type == null
        ? "it does not fit"
        : "Cannot deserialize value of type `%s`".formatted(type.getTypeName());
  }

  /** The keys of a map are content, the names of components are not. */
  private static String place(JsonMappingException problem) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : problem.getPath()) {
      if (path.length() > LONGEST_PATH) {
        path.append("...");
        break;
      }
      if (step.getIndex() >= 0) {
        path.append('[').append(step.getIndex()).append(']');
      } else if (isMap(step.getFrom())) {
        path.append("[a key]");
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.isEmpty() ? "" : " (at %s)".formatted(path);
  }

  private static boolean isMap(@Nullable Object from) {
    return from instanceof Map<?, ?>
        || (from instanceof Class<?> type && Map.class.isAssignableFrom(type));
  }
}

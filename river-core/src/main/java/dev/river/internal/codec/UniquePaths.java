package dev.river.internal.codec;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.util.NameTransformer;
import dev.river.job.Unique;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the components of records that are marked with {@link Unique}, by their names in JSON.
 * Source: River's struct tags. A record class is looked into once, so that one which contains
 * itself comes to an end.
 */
final class UniquePaths {
  private static final Comparator<List<String>> DOTTED =
      Comparator.comparing(UniquePaths::dotted, Utf8Order.COMPARATOR);

  private final SerializationConfig config;
  private final ConcurrentHashMap<Class<?>, List<List<String>>> found = new ConcurrentHashMap<>();

  UniquePaths(ObjectMapper mapper) {
    this.config = mapper.getSerializationConfig();
  }

  /** {@return the paths of a class, in their order; none if nothing is marked} */
  List<List<String>> of(Class<?> argsClass) {
    return found.computeIfAbsent(argsClass, this::find);
  }

  private List<List<String>> find(Class<?> argsClass) {
    if (!argsClass.isRecord()) {
      return List.of();
    }
    Search search = new Search();
    search.seen.add(argsClass);
    search.lookInto(config.constructType(argsClass), List.of(), NameTransformer.NOP);
    return search.paths.stream().sorted(DOTTED).toList();
  }

  private static String dotted(List<String> path) {
    return path.stream().map(name -> name.replace(".", "\\.")).collect(Collectors.joining("."));
  }

  private final class Search {
    private final Set<Class<?>> seen = new HashSet<>();
    private final List<List<String>> paths = new ArrayList<>();

    void lookInto(JavaType record, List<String> path, NameTransformer names) {
      Map<String, BeanPropertyDefinition> properties = new HashMap<>();
      config
          .introspect(record)
          .findProperties()
          .forEach(property -> properties.put(property.getInternalName(), property));
      for (RecordComponent component : record.getRawClass().getRecordComponents()) {
        BeanPropertyDefinition property = properties.get(component.getName());
        if (property != null) {
          lookAt(component, property, path, names);
        }
      }
    }

    private void lookAt(
        RecordComponent component,
        BeanPropertyDefinition property,
        List<String> path,
        NameTransformer names) {
      List<String> here = new ArrayList<>(path);
      here.add(names.transform(property.getName()));
      int before = paths.size();
      JavaType inner = content(property.getPrimaryType());
      if (inner.getRawClass().isRecord() && seen.add(inner.getRawClass())) {
        NameTransformer unwrapped = unwrapping(property);
        lookInto(
            inner,
            unwrapped == null ? here : path,
            unwrapped == null
                ? NameTransformer.NOP
                : NameTransformer.chainedTransformer(names, unwrapped));
      }
      if (paths.size() == before && component.isAnnotationPresent(Unique.class)) {
        paths.add(List.copyOf(here));
      }
    }

    private static JavaType content(JavaType type) {
      return type.isReferenceType() ? type.getContentType() : type;
    }

    private @Nullable NameTransformer unwrapping(BeanPropertyDefinition property) {
      AnnotatedMember member = property.getAccessor();
      return member == null
          ? null
          : config.getAnnotationIntrospector().findUnwrappingNameTransformer(member);
    }
  }
}

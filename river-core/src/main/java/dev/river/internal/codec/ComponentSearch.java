package dev.river.internal.codec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import com.fasterxml.jackson.databind.util.ClassUtil;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks through everything that a class of arguments consists of for what Jackson could write but
 * not read again. Jackson itself is asked how it would read each type, so that its annotations and
 * modules count. Belongs to one search.
 */
final class ComponentSearch {
  /** Only what is named can be read. */
  private static final Set<JsonTypeInfo.Id> BY_NAME =
      EnumSet.of(JsonTypeInfo.Id.NAME, JsonTypeInfo.Id.SIMPLE_NAME);

  private final ObjectMapper mapper;
  private final DeserializationConfig config;
  private final DeserializationContext reading;
  private final SerializerProvider writing;
  private final Set<JavaType> seen = new HashSet<>();

  ComponentSearch(ObjectMapper mapper) {
    this.mapper = mapper;
    this.config = mapper.getDeserializationConfig();
    this.reading =
        ((DefaultDeserializationContext) mapper.getDeserializationContext())
            .createDummyInstance(config);
    this.writing = mapper.getSerializerProviderInstance();
  }

  /**
   * {@return what can't be read again, and why; empty if all can}
   *
   * @param argsClass a class of arguments
   */
  Optional<String> problemOf(Class<?> argsClass) {
    try {
      look(mapper.constructType(argsClass), "");
      return Optional.empty();
    } catch (Unreadable e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Ends the search. */
  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreadable(String path, String problem) {
      super("%s %s".formatted(path.isEmpty() ? "it" : "its component " + path, problem), null);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  private void look(JavaType type, String path) {
    look(type, deserializer(type, path), path);
  }

  private JsonDeserializer<Object> deserializer(JavaType type, String path) {
    checkJdk(type, path);
    try {
      return reading.findContextualValueDeserializer(type, null);
    } catch (Unreadable e) {
      throw e;
    } catch (JsonMappingException | RuntimeException e) {
      if (seen.add(type)) {
        findCause(type, path);
      }
      throw new Unreadable(path, "can't be read from JSON: " + JsonProblem.text(e));
    }
  }

  /** Jackson tells the type that it can't handle, but not by which components it came there. */
  private void findCause(JavaType type, String path) {
    if (type.isContainerType() || type.isReferenceType()) {
      lookAtContent(type, path);
      return;
    }
    for (BeanPropertyDefinition property : config.introspect(type).findProperties()) {
      deserializer(property.getPrimaryType(), join(path, property.getName()));
    }
  }

  private static void checkJdk(JavaType type, String path) {
    JdkTypes.problem(type.getRawClass())
        .ifPresent(
            problem -> {
              throw new Unreadable(path, problem);
            });
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void look(JavaType type, @Nullable JsonDeserializer<?> reader, String path) {
    if (hasTypeInfo(type)) {
      lookAtSubtypes(type, path);
    } else if (seen.add(type)) {
      lookAtConcrete(type, reader, path);
    }
  }

  private void lookAtConcrete(JavaType type, @Nullable JsonDeserializer<?> reader, String path) {
    checkJdk(type, path);
    if (reader instanceof AbstractDeserializer) {
      throw new Unreadable(
          path,
          "is %s, which doesn't tell the class to read (name the class, or let @JsonTypeInfo and @JsonSubTypes tell it)"
              .formatted(kindOf(type)));
    }
    if (reader instanceof BeanDeserializerBase bean) {
      lookAtBean(type, bean, path);
    } else if (type.isContainerType() || type.isReferenceType()) {
      checkContainer(type, reader, path);
      lookAtContent(type, path);
    }
  }

  private void checkContainer(JavaType type, @Nullable JsonDeserializer<?> reader, String path) {
    if (reader instanceof ValueInstantiator.Gettable container
        && container.getValueInstantiator() != null
        && !container.getValueInstantiator().canInstantiate()) {
      throw new Unreadable(path, noConstruction(type.getRawClass()));
    }
  }

  private static String kindOf(JavaType type) {
    return (type.isInterface() ? "the interface " : "the abstract class ")
        + type.getRawClass().getName();
  }

  /** What maps, lists and the like hold may be anything that JSON has by nature. */
  private void lookAtContent(JavaType type, String path) {
    JavaType content = type.getContentType();
    if (content != null && !content.isJavaLangObject()) {
      look(content, path + "[]");
    }
  }

  private void lookAtBean(JavaType type, BeanDeserializerBase bean, String path) {
    Class<?> raw = type.getRawClass();
    if (ClassUtil.isNonStaticInnerClass(raw)) {
      throw new Unreadable(
          path,
          "is of the inner class %s, which must be static or a record".formatted(raw.getName()));
    }
    if (JdkTypes.isOfJdk(raw)) {
      throw new Unreadable(
          path, "is a %s, which Jackson has no form in JSON for".formatted(raw.getName()));
    }
    checkConstruction(type, bean.getValueInstantiator(), path);
    for (Iterator<SettableBeanProperty> all = bean.properties(); all.hasNext(); ) {
      lookAtProperty(all.next(), path);
    }
  }

  private void checkConstruction(JavaType type, ValueInstantiator maker, String path) {
    boolean ofObject =
        maker.canCreateUsingDefault()
            || maker.canCreateFromObjectWith()
            || maker.canCreateUsingDelegate()
            || maker.canCreateUsingArrayDelegate();
    if (!ofObject && (!maker.canInstantiate() || isWrittenAsObject(type, path))) {
      throw new Unreadable(path, noConstruction(type.getRawClass()));
    }
    if (maker.canCreateUsingDelegate()) {
      JavaType delegate = maker.getDelegateType(config);
      if (delegate != null) {
        look(delegate, path);
      }
    }
  }

  private boolean isWrittenAsObject(JavaType type, String path) {
    try {
      return writing.findValueSerializer(type) instanceof BeanSerializerBase;
    } catch (JsonMappingException | RuntimeException e) {
      throw new Unreadable(path, "can't be written as JSON: " + JsonProblem.text(e));
    }
  }

  private static String noConstruction(Class<?> raw) {
    boolean kotlin = JdkTypes.isKotlin(raw);
    return "is of %s, which Jackson can't construct from JSON: %s"
        .formatted(
            raw.getName(),
            kotlin
                ? "annotate the Kotlin data class with @JvmRecord, or put jackson-module-kotlin on the class path"
                : "make it a record, or give it a constructor without parameters or one with @JsonCreator");
  }

  private void lookAtProperty(SettableBeanProperty property, String path) {
    if (property.isIgnorable() || hasCustomReader(property)) {
      return;
    }
    String here = join(path, property.getName());
    JavaType type = property.getType();
    if (isUntyped(type)) {
      throw new Unreadable(
          here,
          "is %s, which doesn't tell the class to read (a Map<String, Object> may hold what JSON has: texts, numbers, booleans, lists and maps)"
              .formatted(type.getRawClass().getName()));
    }
    look(type, property.getValueDeserializer(), here);
  }

  private static boolean isUntyped(JavaType type) {
    return type.isJavaLangObject() || type.hasRawClass(Serializable.class);
  }

  /** What an annotation of the component says itself, its author answers for. */
  private boolean hasCustomReader(SettableBeanProperty property) {
    if (property.getAnnotation(JsonTypeInfo.class) != null) {
      return true;
    }
    AnnotationIntrospector annotations = config.getAnnotationIntrospector();
    AnnotatedMember member = property.getMember();
    return member != null
        && (annotations.findDeserializer(member) != null
            || annotations.findContentDeserializer(member) != null
            || annotations.findDeserializationConverter(member) != null);
  }

  private boolean hasTypeInfo(JavaType type) {
    return type.getTypeHandler() != null || typeInfo(type).isPresent();
  }

  private Optional<JsonTypeInfo> typeInfo(JavaType type) {
    return Optional.ofNullable(annotated(type).getAnnotation(JsonTypeInfo.class));
  }

  private AnnotatedClass annotated(JavaType type) {
    return config.introspectClassAnnotations(type).getClassInfo();
  }

  private void lookAtSubtypes(JavaType base, String path) {
    if (!seen.add(base)) {
      return;
    }
    boolean byName = typeInfo(base).filter(info -> BY_NAME.contains(info.use())).isPresent();
    boolean some = false;
    for (Class<?> subtype : subtypes(base)) {
      JavaType type = config.getTypeFactory().constructSpecializedType(base, subtype);
      if (type.isConcrete()) {
        some = true;
        if (seen.add(type) || type.equals(base)) {
          lookAtConcrete(type, deserializer(type, path), path);
        }
      }
    }
    if (byName && !some) {
      throw new Unreadable(
          path,
          "is %s, whose @JsonTypeInfo knows no class to read: name them with @JsonSubTypes"
              .formatted(kindOf(base)));
    }
  }

  private List<Class<?>> subtypes(JavaType base) {
    List<Class<?>> subtypes = new ArrayList<>();
    config
        .getSubtypeResolver()
        .collectAndResolveSubtypesByTypeId(config, annotated(base))
        .forEach(subtype -> subtypes.add(subtype.getType()));
    typeInfo(base)
        .<Class<?>>map(JsonTypeInfo::defaultImpl)
        .filter(base.getRawClass()::isAssignableFrom)
        .ifPresent(subtypes::add);
    return subtypes;
  }
}

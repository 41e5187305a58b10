package dev.river.test.args;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares stored arguments with the record that they are read as, and with what is written when
 * that is stored again. What is not a record, a map, a list or a set is only seen as JSON.
 */
final class ReadComparison {
  private final List<Finding> findings = new ArrayList<>();

  private ReadComparison() {}

  static List<Finding> findings(Spot args) {
    ReadComparison comparison = new ReadComparison();
    comparison.compare(args);
    return List.copyOf(comparison.findings);
  }

  private void compare(Spot spot) {
    if (spot.stored() instanceof Map<?, ?> stored && spot.written() instanceof Map<?, ?> written) {
      compareObjects(spot, stored, written);
    } else if (spot.stored() instanceof List<?> stored
        && spot.written() instanceof List<?> written) {
      compareLists(spot, stored, written);
    } else if (spot.stored() != null && !Json.isSame(spot.stored(), spot.written())) {
      changed(spot); // null becomes what the record's constructor likes
    }
  }

  private void compareObjects(Spot spot, Map<?, ?> stored, Map<?, ?> written) {
    if (spot.value() instanceof Record record) {
      compareRecords(spot, record, stored, written);
    } else if (spot.value() instanceof Map<?, ?> map) {
      names(stored).forEach(name -> compare(spot.member(name, name, Values.entry(map, name))));
    } else {
      compareShared(spot, names(stored), written);
    }
  }

  private void compareShared(Spot spot, Set<String> names, Map<?, ?> written) {
    names.stream()
        .filter(written::containsKey)
        .forEach(name -> compare(spot.member(name, name, null)));
  }

  private void compareRecords(Spot spot, Record record, Map<?, ?> stored, Map<?, ?> written) {
    Set<String> unread = names(stored);
    List<Component> absent = new ArrayList<>();
    for (Component component : Component.of(record.getClass())) {
      unread.removeAll(component.names());
      component
          .nameIn(stored)
          .ifPresentOrElse(
              name ->
                  compareComponent(
                      spot.member(name, component.name(), component.valueIn(record)),
                      component,
                      written),
              () -> absent.add(component));
    }
    compareShared(spot, unread, written); // the name of a subclass, for instance
    unread.removeIf(written::containsKey);
    absent.forEach(component -> lookAtAbsent(spot, component, component.valueIn(record), unread));
  }

  private void compareComponent(Spot spot, Component component, Map<?, ?> written) {
    if (!written.containsKey(component.name())) {
      // some classes don't write what is empty
      if (!Values.isEmpty(spot.stored()) && Values.isEmpty(spot.value())) {
        changed(spot);
      }
    } else if (spot.stored() == null && component.isPrimitive() && Values.isZero(spot.value())) {
      changed(spot);
    } else {
      compare(spot);
    }
  }

  private void lookAtAbsent(
      Spot object, Component component, @Nullable Object value, Set<String> unread) {
    boolean zero = component.isPrimitive() && Values.isZero(value);
    if (!zero && !Values.isEmpty(value)) {
      return; // a value of its own
    }
    Spot spot = object.member(component.name(), component.name(), value);
    List<String> oldNames = Renames.of(component, object.stored(), unread);
    if (!oldNames.isEmpty()) {
      findings.add(new Finding.Renamed(spot.path(), component.name(), oldNames));
    } else if (zero) {
      findings.add(new Finding.Zero(spot.path(), Json.text(spot.written())));
    } else if (value == null && !component.isNullable()) {
      findings.add(new Finding.Missing(spot.path()));
    }
  }

  private void compareLists(Spot spot, List<?> stored, List<?> written) {
    List<@Nullable Object> values = Values.elements(spot.value(), written.size());
    if (spot.value() instanceof Set<?>) {
      compareSets(spot, stored, written, values);
    } else if (stored.size() != written.size()) {
      changed(spot);
    } else {
      for (int i = 0; i < stored.size(); i++) {
        compare(spot.element(i, i, values.get(i)));
      }
    }
  }

  /** The order of a set may be another one in each process. */
  private void compareSets(
      Spot spot, List<?> stored, List<?> written, List<@Nullable Object> values) {
    Set<Integer> left = new LinkedHashSet<>();
    for (int i = 0; i < written.size(); i++) {
      left.add(i);
    }
    for (int i = 0; i < stored.size(); i++) {
      Object element = stored.get(i);
      Integer found =
          left.stream().filter(j -> Json.covers(written.get(j), element)).findFirst().orElse(null);
      if (found == null) {
        changed(spot);
        return;
      }
      left.remove(found);
      compare(spot.element(i, found, values.get(found)));
    }
  }

  private void changed(Spot spot) {
    findings.add(
        new Finding.Changed(spot.path(), Json.text(spot.stored()), Json.text(spot.written())));
  }

  private static Set<String> names(Map<?, ?> object) {
    Set<String> names = new LinkedHashSet<>();
    object.keySet().forEach(name -> names.add(String.valueOf(name)));
    return names;
  }
}

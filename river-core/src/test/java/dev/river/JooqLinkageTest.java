package dev.river;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.FieldAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * River is compiled against one version of jOOQ and may run on another one. Whatever it calls there
 * exists in the version of this run with the same parameters and the same result, which is how the
 * virtual machine looks for it; else the call fails, once somebody gets there.
 */
class JooqLinkageTest {
  private static final String JOOQ = "org.jooq.";

  @Test
  void whatIsCalledOfJooqIsThere() {
    List<JavaAccess<?>> accesses =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.river")
                .stream()
                .flatMap(JooqLinkageTest::accesses)
                .toList();

    assertThat(accesses).hasSizeGreaterThan(1_000);
    assertThat(accesses.stream().filter(access -> !links(access.getTarget())))
        .extracting(JavaAccess::getDescription)
        .isEmpty();
  }

  private static Stream<JavaAccess<?>> accesses(JavaClass from) {
    return from.getAccessesFromSelf().stream()
        .filter(access -> access.getTargetOwner().getName().startsWith(JOOQ));
  }

  private static boolean links(AccessTarget target) {
    return switch (target) {
      case FieldAccessTarget field ->
          field
              .resolveMember()
              .filter(found -> found.getRawType().getName().equals(field.getRawType().getName()))
              .isPresent();
      case CodeUnitAccessTarget unit ->
          unit.resolveMember().filter(found -> returnsTheSame(found, unit)).isPresent();
      default -> throw new AssertionError(target.getFullName());
    };
  }

  private static boolean returnsTheSame(JavaCodeUnit found, CodeUnitAccessTarget wanted) {
    return found.getRawReturnType().getName().equals(wanted.getRawReturnType().getName());
  }
}

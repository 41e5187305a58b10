package dev.river;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.river.internal.codec.ArgsInspection;
import dev.river.internal.cron.CronParsing;
import dev.river.internal.store.Contexts;
import dev.river.internal.store.JobQueries;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class ArchitectureTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/dev/river/schema/"))
          .withImportOption(location -> !location.contains("/dev/river/db/"))
          .withImportOption(location -> !location.contains("/dev/river/test/"))
          .importPackages("dev.river");

  private static final DescribedPredicate<JavaClass> DSL_CONTEXT = type(DSLContext.class);

  @Test
  void importsPointDownwards() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("client")
        .definedBy("dev.river")
        .layer("working")
        .definedBy("dev.river.internal.work")
        .layer("inserting")
        .definedBy("dev.river.internal.insert")
        .layer("notifying")
        .definedBy("dev.river.internal.notify")
        .layer("leading")
        .definedBy("dev.river.internal.lead")
        .layer("maintaining")
        .definedBy("dev.river.internal.maintain")
        .layer("telling")
        .definedBy("dev.river.internal.event")
        .layer("store")
        .definedBy("dev.river.internal.store")
        .layer("codec")
        .definedBy("dev.river.internal.codec")
        .layer("service")
        .definedBy("dev.river.internal.service")
        .layer("cron")
        .definedBy("dev.river.internal.cron")
        .layer("workers")
        .definedBy("dev.river.work")
        .layer("events")
        .definedBy("dev.river.event")
        .layer("periodic")
        .definedBy("dev.river.periodic")
        .layer("queries")
        .definedBy("dev.river.query")
        .layer("errors")
        .definedBy("dev.river.error")
        .layer("jobs")
        .definedBy("dev.river.job")
        .whereLayer("client")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("working")
        .mayOnlyBeAccessedByLayers("client")
        .whereLayer("inserting")
        .mayOnlyBeAccessedByLayers("client")
        .whereLayer("notifying")
        .mayOnlyBeAccessedByLayers("client", "leading")
        .whereLayer("leading")
        .mayOnlyBeAccessedByLayers("client", "maintaining")
        .whereLayer("maintaining")
        .mayOnlyBeAccessedByLayers("client")
        .whereLayer("telling")
        .mayOnlyAccessLayers("events", "service")
        .whereLayer("store")
        .mayOnlyAccessLayers("codec", "service", "queries", "errors", "jobs")
        .whereLayer("codec")
        .mayOnlyAccessLayers("workers", "jobs")
        .whereLayer("cron")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("cron")
        .mayOnlyAccessLayers("periodic")
        .whereLayer("periodic")
        .mayOnlyAccessLayers("jobs")
        .whereLayer("events")
        .mayOnlyAccessLayers("jobs")
        .whereLayer("service")
        .mayOnlyAccessLayers("errors")
        .whereLayer("workers")
        .mayOnlyAccessLayers("jobs")
        .whereLayer("queries")
        .mayOnlyAccessLayers("jobs")
        .whereLayer("errors")
        .mayNotAccessAnyLayer()
        .whereLayer("jobs")
        .mayNotAccessAnyLayer()
        .ensureAllClassesAreContainedInArchitecture()
        .check(CORE);
  }

  @Test
  void noPackageIsPartOfACycle() {
    slices().assignedFrom(new PackageOfEach()).should().beFreeOfCycles().check(CORE);
  }

  private static final class PackageOfEach implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return SliceIdentifier.of(type.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }

  @Test
  void onlyTheStoreKnowsTheTablesAndBuildsSql() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.river.internal.store")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.river.schema..", "org.jooq..", "org.postgresql..")
                .and(not(DSL_CONTEXT))
                .and(not(type(Condition.class))))
        .check(CORE);
  }

  /** jOOQ keeps in a query what it needs to run it, so two threads can't run the same one. */
  @Test
  void noQueryOfJooqIsKept() {
    noFields().should().haveRawType(assignableTo(Query.class)).check(CORE);
  }

  @Test
  void onlyTheStoreAndQueriesKnowConditionsOfJooq() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.river.internal.store", "dev.river.query")
        .should()
        .dependOnClassesThat(type(Condition.class))
        .check(CORE);
  }

  @Test
  void onlyWhatJoinsTheCallersTransactionTakesAContextOfJooq() {
    noClasses()
        .that(
            not(
                resideInAPackage("dev.river.internal.store")
                    .or(belongTo(type(RiverClient.class)))
                    .or(belongTo(type(Jobs.class)))
                    .or(belongTo(type(Queues.class)))
                    .or(belongTo(type(Fleet.class)))
                    .or(belongTo(type(InsertingClient.class)))
                    .or(belongTo(type(JobInsertion.class)))
                    .or(resideInAnyPackage("dev.river.work", "dev.river.internal.work"))
                    // the session of a client, which they pass on
                    .or(
                        resideInAnyPackage(
                            "dev.river.internal.notify",
                            "dev.river.internal.lead",
                            "dev.river.internal.maintain"))))
        .should()
        .dependOnClassesThat(DSL_CONTEXT)
        .check(CORE);
  }

  @Test
  void onlyTheCodecUsesJackson() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.river.internal.codec")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml..")
        .check(CORE);
  }

  @Test
  void onlyCronUsesCronUtils() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.river.internal.cron")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.cronutils..")
        .check(CORE);
  }

  @Test
  void servicesNeedTheJdkALoggerAndErrors() {
    classes()
        .that()
        .resideInAPackage("dev.river.internal.service")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.river.internal.service",
            "dev.river.error",
            "java..",
            "org.slf4j..",
            "org.jspecify.annotations")
        .check(CORE);
  }

  @Test
  void publicMethodsSpeakOfNothingForeignButJooqsContextAndConditionAndALogger() {
    DescribedPredicate<JavaClass> familiar =
        resideInAnyPackage(
                "java..",
                "javax.sql",
                "dev.river",
                "dev.river.job",
                "dev.river.work",
                "dev.river.event",
                "dev.river.periodic",
                "dev.river.query",
                "dev.river.error")
            .or(DSL_CONTEXT)
            .or(type(Condition.class))
            .or(type(Logger.class))
            .or(JavaClass.Predicates.equivalentTo(void.class))
            .or(DescribedPredicate.describe("is primitive", JavaClass::isPrimitive));
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage("dev.river.internal..")
        .should()
        .haveRawParameterTypes(all(familiar))
        .andShould()
        .haveRawReturnType(familiar)
        .check(CORE);
  }

  private static DescribedPredicate<List<JavaClass>> all(DescribedPredicate<JavaClass> predicate) {
    return DescribedPredicate.describe(
        "all " + predicate.getDescription(), types -> types.stream().allMatch(predicate));
  }

  /** What river-test needs of the store and the codec. */
  private static final Set<Class<?>> FOR_OTHER_MODULES =
      Set.of(ArgsInspection.class, Contexts.class, JobQueries.class);

  /** What Java itself finds as a service. */
  private static final Set<Class<?>> SERVICES = Set.of(CronParsing.class);

  @Test
  void internalTypesArePublicOnlyForAnotherPackage() {
    assertThat(topLevelTypes())
        .filteredOn(type -> type.getPackageName().startsWith("dev.river.internal."))
        .filteredOn(ArchitectureTest::isPublic)
        .filteredOn(type -> FOR_OTHER_MODULES.stream().noneMatch(type::isEquivalentTo))
        .filteredOn(type -> SERVICES.stream().noneMatch(type::isEquivalentTo))
        .isNotEmpty()
        .allMatch(ArchitectureTest::isUsedByAnotherPackage);
  }

  /**
   * The aim is 40 % of all types. What stands above it are the types that users name, and what one
   * internal package needs of another.
   */
  @Test
  void atMostSevenOfTenTypesArePublic() {
    List<JavaClass> types = topLevelTypes();
    long visible = types.stream().filter(ArchitectureTest::isPublic).count();

    assertThat(visible).isLessThanOrEqualTo(types.size() * 7L / 10);
  }

  private static List<JavaClass> topLevelTypes() {
    return CORE.stream()
        .filter(JavaClass::isTopLevelClass)
        .filter(type -> !type.getSimpleName().equals("package-info"))
        .toList();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC);
  }

  private static boolean isUsedByAnotherPackage(JavaClass type) {
    return type.getDirectDependenciesToSelf().stream()
        .anyMatch(use -> !use.getOriginClass().getPackage().equals(type.getPackage()));
  }
}

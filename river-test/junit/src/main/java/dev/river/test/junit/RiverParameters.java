package dev.river.test.junit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests their parameters. What belongs to a test is kept, and closed, with its context. */
abstract sealed class RiverParameters implements ParameterResolver
    permits RiverExtension, AnnotatedRiver {
  private static final Namespace NAMESPACE = Namespace.create(RiverParameters.class);

  /** {@return what the tests of a context are given} */
  abstract RiverSettings settings(ExtensionContext context);

  /** The parameters of a constructor belong to the test that the instance is made for. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return RunningTest.canGive(typeOf(parameter));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = typeOf(parameter);
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          ("a %s belongs to one test, so there is none for all tests of %s: ask for it in"
                  + " @BeforeEach, @AfterEach, a test method or the constructor of a class with an"
                  + " instance per test. What all tests are to find in their database is prepared by"
                  + " a RiverTestSetup.")
              .formatted(type.getSimpleName(), context.getRequiredTestClass().getName()));
    }
    return running(context).give(type);
  }

  private RunningTest running(ExtensionContext context) {
    Store store = context.getStore(NAMESPACE);
    RunningTest test = store.get(RunningTest.class, RunningTest.class);
    if (test == null) {
      test = new RunningTest(settings(context));
      store.put(RunningTest.class, test); // the store closes it when the test is over
    }
    return test;
  }

  private static Class<?> typeOf(ParameterContext parameter) {
    return parameter.getParameter().getType();
  }
}

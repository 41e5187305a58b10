package dev.river.test;

import dev.river.job.JobArgs;
import dev.river.test.args.CompatibilityCheck;
import dev.river.test.args.CompatibilitySettings;
import dev.river.work.RegisteredWorker;
import dev.river.work.Workers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A test that fails when a change of a class of arguments would break jobs that are in a database
 * already. It keeps, for each kind, the arguments of a sample as they were stored by each version
 * of the class, in files that are committed with the code: {@code src/test/river-args/sort/1.json},
 * {@code 2.json} and so on.
 *
 * <pre>{@code
 * class StoredArgsTest {
 *   @Test
 *   void jobsOfOlderVersionsCanBeWorked() {
 *     ArgsCompatibility.builder()
 *         .workers(MyApplication.workers()) // for their upcasters
 *         .verify(
 *             new SortArgs(List.of("whale")),
 *             new ReceiptArgs(7, "bob@example.com", Optional.of("en")));
 *   }
 * }
 * }</pre>
 *
 * <p>Without upcasters one line does: {@code ArgsCompatibility.verify(new
 * SortArgs(List.of("whale")), ...)}. Run the test once with {@code -Driver.args.record=true} (or
 * {@code RIVER_ARGS_RECORD=true} in the environment, which Gradle hands on to its tests) to record
 * the first version of each sample, and again whenever it asks for a new one.
 *
 * <p><b>Samples.</b> One for each kind, a record, with a value in every component: what is null or
 * empty in a sample is not guarded. Its values may change freely, and may be those of the moment;
 * unless {@link Builder#comparingValues} is set, only names and types of the newest version are
 * compared with it.
 *
 * <p><b>What fails.</b> Every stored version is read as a client reads it that works the job, with
 * the upcasters of its worker and under the aliases of its kind too. It must become a record that
 * has what was stored:
 *
 * <ul>
 *   <li>The class must be able to read it.
 *   <li>A component that the version does not have must have a value: from the record's
 *       constructor, or from an upcaster. Only one that is {@code @Nullable} (of any package, as
 *       long as it is there at run time) or an {@code Optional} may be without. One of a primitive
 *       type must not become 0 or false by itself; if that is what is meant, an upcaster says it.
 *   <li>A component without a value beside a stored member that nobody reads any more, and that the
 *       component's type could read, has probably been renamed, also if it may be without a value.
 *       An upcaster renames the member, or removes it if it was something else.
 *   <li>A stored member must come out with its value when the record is stored again. Numbers are
 *       compared by their value, sets without their order. One that was null may get a value from
 *       the record's constructor.
 *   <li>The names and types of the JSON of the sample, nested ones too, must be those of the newest
 *       version; otherwise jobs are stored that no version stands for. A new version is needed
 *       then: the failure tells what has changed, and whether older versions can be worked.
 *       Recording writes it if all older versions can, and never changes a file that is there.
 *   <li>A kind that has versions must have a sample: its jobs may still wait. Somebody who deletes
 *       or renames a kind must say so with {@link JobArgs#kindAliases}, or by deleting the
 *       directory. {@link Builder#someKinds} turns this off.
 * </ul>
 *
 * <p>A stored member that is merely not read any more is allowed: a component may be removed while
 * jobs wait. Versions may be deleted once no job of them is stored any more, the oldest first;
 * their numbers are not used again as long as a later one is there.
 *
 * <p><b>Limits.</b> Only records, maps, lists, sets, arrays and Optionals of them are looked into;
 * values of other classes are compared as JSON. What a value means can't be seen: a number of
 * seconds that becomes one of milliseconds under the same name needs an upcaster that knows the
 * difference, and {@link Builder#comparingValues} helps to notice it.
 *
 * <p>Everything that is wrong with any sample is told in one {@link AssertionError}, each with its
 * kind, version, file and member. The directories are named as the kinds are, with characters that
 * a file system may not take written as in a URL ({@code report/daily} is {@code report%2Fdaily}).
 */
public final class ArgsCompatibility {
  private static final String RECORD = "river.args.record";
  private static final String RECORD_VARIABLE = "RIVER_ARGS_RECORD";

  private ArgsCompatibility() {}

  /**
   * Compares samples with their versions in {@code src/test/river-args}, without upcasters.
   *
   * @param samples one of each kind
   * @throws AssertionError with everything that is wrong
   * @throws IllegalArgumentException if there is no sample
   */
  public static void verify(JobArgs... samples) {
    builder().verify(samples);
  }

  /** {@return a comparison with settings} */
  public static Builder builder() {
    return new Builder();
  }

  /** Settings of a comparison. Each has a default. Not safe for use by several threads. */
  public static final class Builder {
    private Path directory = Path.of("src", "test", "river-args");
    private Map<String, RegisteredWorker<?>> workers = Map.of();
    private boolean recording = isRecordingAskedFor();
    private boolean allKinds = true;
    private boolean comparingValues;

    private Builder() {}

    /**
     * Says where the versions are.
     *
     * @param directory a directory that need not exist yet; by default {@code src/test/river-args}.
     *     A relative one begins at the working directory of the JVM, which is the module's with
     *     Maven and Gradle.
     * @return this builder
     */
    public Builder directory(Path directory) {
      this.directory = Objects.requireNonNull(directory, "directory");
      return this;
    }

    /**
     * Names the workers whose upcasters make the present version of older ones; none by default.
     * Kinds without a worker are read without upcasters.
     *
     * @param workers those that the application gives its client
     * @return this builder
     */
    public Builder workers(Workers workers) {
      this.workers = workers.byKind();
      return this;
    }

    /**
     * Says whether versions that are needed are written. By default the system property {@code
     * river.args.record} says so with {@code true}, or, where it is not set, the environment's
     * {@code RIVER_ARGS_RECORD}.
     *
     * @param recording whether they are written
     * @return this builder
     */
    public Builder recording(boolean recording) {
      this.recording = recording;
      return this;
    }

    /**
     * Allows kinds that have versions but no sample here, because other tests have theirs.
     *
     * @return this builder
     */
    public Builder someKinds() {
      this.allKinds = false;
      return this;
    }

    /**
     * Requires that the samples have the values of their newest versions too. For samples that
     * never change: if the same sample is written with other values, their meaning has changed.
     *
     * @return this builder
     */
    public Builder comparingValues() {
      this.comparingValues = true;
      return this;
    }

    /**
     * Compares samples with their versions.
     *
     * @param samples one of each kind
     * @throws AssertionError with everything that is wrong
     * @throws IllegalArgumentException if there is no sample
     * @throws java.io.UncheckedIOException if a file can't be read or written
     */
    public void verify(JobArgs... samples) {
      CompatibilityCheck.verify(
          new CompatibilitySettings(directory, workers, recording, allKinds, comparingValues),
          List.of(samples));
    }

    private static boolean isRecordingAskedFor() {
      String property = System.getProperty(RECORD);
      return Boolean.parseBoolean(property == null ? System.getenv(RECORD_VARIABLE) : property);
    }
  }
}

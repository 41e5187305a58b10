package dev.river.bench.system;

import com.zaxxer.hikari.HikariDataSource;
import dev.river.bench.client.Failures;
import dev.river.bench.client.JobBody;
import dev.river.bench.client.Library;
import dev.river.bench.client.Payload;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** A client of Quartz: a scheduler that only takes jobs, until it is started. */
final class QuartzLibrary implements Library {
  private static final String CLUSTER = "bench";
  private static final String NUMBER = "number";
  private static final String TEXT = "text";

  private final HikariDataSource pool;
  private final Settings settings;
  private Scheduler scheduler;

  /**
   * Creates it.
   *
   * @param pool its connections, which it closes
   * @param settings how it is tuned
   */
  QuartzLibrary(HikariDataSource pool, Settings settings) {
    this.pool = pool;
    this.settings = settings;
    this.scheduler = newScheduler(1);
  }

  @Override
  public void insert(Payload job) throws SchedulerException {
    scheduler.scheduleJob(detail(job), trigger(job));
  }

  @Override
  public void insertAll(List<Payload> jobs) throws SchedulerException {
    Map<JobDetail, Set<? extends Trigger>> all = new HashMap<>();
    jobs.forEach(job -> all.put(detail(job), Set.of(trigger(job))));
    scheduler.scheduleJobs(all, false);
  }

  @Override
  public void start(int workers, JobBody body) throws SchedulerException {
    scheduler.shutdown();
    scheduler = newScheduler(workers);
    Job job = new Body(body);
    scheduler.setJobFactory((bundle, owner) -> job);
    scheduler.start();
  }

  @Override
  public void stop() throws SchedulerException {
    if (scheduler.isStarted() && !scheduler.isShutdown()) {
      scheduler.shutdown(true);
      scheduler = newScheduler(1);
    }
  }

  @Override
  public void close() throws SchedulerException {
    scheduler.shutdown(true);
    pool.close();
  }

  private static JobDetail detail(Payload job) {
    return JobBuilder.newJob(Body.class)
        .withIdentity(Long.toString(job.number()))
        .usingJobData(NUMBER, Long.toString(job.number()))
        .usingJobData(TEXT, job.text())
        .build();
  }

  private static Trigger trigger(Payload job) {
    String name = Long.toString(job.number());
    return TriggerBuilder.newTrigger()
        .withIdentity(name)
        .forJob(JobKey.jobKey(name))
        .startNow()
        .build();
  }

  private Scheduler newScheduler(int workers) {
    String source = UUID.randomUUID().toString();
    DBConnectionManager.getInstance().addConnectionProvider(source, new Pool(pool));
    try {
      Scheduler created = new StdSchedulerFactory(properties(source, workers)).getScheduler();
      // all of a cluster have the same name, and Quartz expects only one of them in a JVM
      SchedulerRepository.getInstance().remove(CLUSTER);
      return created;
    } catch (SchedulerException e) {
      throw new IllegalStateException("no scheduler: " + e.getMessage(), e);
    }
  }

  private Properties properties(String source, int workers) {
    Properties properties = new Properties();
    settings
        .all()
        .forEach(
            (name, value) -> {
              if (name.startsWith("org.quartz.")) {
                properties.setProperty(name, value);
              }
            });
    properties.setProperty("org.quartz.scheduler.instanceName", CLUSTER);
    properties.setProperty("org.quartz.scheduler.instanceId", source);
    properties.setProperty("org.quartz.jobStore.dataSource", source);
    properties.setProperty("org.quartz.threadPool.threadCount", Integer.toString(workers));
    properties.setProperty(
        "org.quartz.scheduler.batchTriggerAcquisitionMaxCount", Integer.toString(workers));
    return properties;
  }

  /** The class that is stored with every job; its only instance does the work. */
  private static final class Body implements Job {
    private final JobBody body;

    Body(JobBody body) {
      this.body = body;
    }

    @Override
    public void execute(JobExecutionContext context) {
      long number = Long.parseLong(context.getMergedJobDataMap().getString(NUMBER));
      Failures.unchecked(() -> body.run(number));
    }
  }

  /** Lets Quartz use our pool. */
  private record Pool(HikariDataSource pool) implements ConnectionProvider {
    @Override
    public Connection getConnection() throws SQLException {
      return pool.getConnection();
    }

    @Override
    public void shutdown() {
      // a scheduler that is shut down leaves the pool to the next one
    }

    @Override
    public void initialize() {
      // the pool is there already
    }
  }
}

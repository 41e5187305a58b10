package dev.river.work;

import dev.river.error.DatabaseException;
import dev.river.error.InsertRefusedException;
import dev.river.error.UniqueConflictException;
import dev.river.job.Insert;
import dev.river.job.InsertOpts;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import dev.river.job.UniqueOpts;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/**
 * Inserts jobs: what a client does for those who insert, and for its workers. Thread-safe.
 *
 * <p>The forms that end in {@code Tx} insert in the caller's transaction. Where there is none they
 * throw an {@link IllegalStateException}: on a connection that commits by itself, or on the context
 * around a transaction instead of its own ({@code dsl.transaction(tx -> insertTx(tx.dsl(), ...))}).
 *
 * <p>The other forms have transactions of their own; unless the client's data source gives the
 * connection of a transaction that the calling thread has begun, as Spring's {@code
 * TransactionAwareDataSourceProxy} does. Then they insert in that one, and what they return is
 * stored if it commits.
 */
public interface JobInserter {

  /**
   * Inserts a job with the options of its class, in a transaction of its own.
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   * @return the job as it is stored, or the existing one if it is a duplicate
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  <T extends JobArgs> Inserted<T> insert(T args);

  /**
   * Inserts a job in a transaction of its own.
   *
   * <p>If the job is unique ({@link UniqueOpts}) and another one holds its key, nothing changes and
   * the other one is returned. If a transaction that is still open has inserted that other one,
   * this waits for its end.
   *
   * @param <T> the class of its arguments
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   * @return the job as it is stored, or the existing one if it is a duplicate
   * @throws IllegalArgumentException if the kind is invalid or, in a client with workers, unknown
   *     to them, or if the arguments, or what an extension has made of them, can't be stored;
   *     nothing is inserted then
   * @throws InsertRefusedException if an extension refuses the job; nothing is inserted then
   * @throws DatabaseException if the database refuses the job or can't be reached
   */
  <T extends JobArgs> Inserted<T> insert(T args, InsertOpts opts);

  /**
   * Inserts a job with the options of its class, in the caller's transaction.
   *
   * @param <T> the class of its arguments
   * @param tx the caller's transaction
   * @param args its arguments
   * @return the job as it is stored if the transaction commits, or the existing one
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  <T extends JobArgs> Inserted<T> insertTx(DSLContext tx, T args);

  /**
   * Inserts a job in the caller's transaction: nobody sees it before that commits, and never if it
   * rolls back. Others who insert a unique job with the same key wait until then.
   *
   * @param <T> the class of its arguments
   * @param tx the caller's transaction. Only its connection is used; its dialect, settings and
   *     listeners neither matter nor change.
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   * @return the job as it is stored if the transaction commits, or the existing one
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  <T extends JobArgs> Inserted<T> insertTx(DSLContext tx, T args, InsertOpts opts);

  /**
   * Inserts a job with the options of its class, in the transaction of a connection.
   *
   * @param <T> the class of its arguments
   * @param tx the connection whose transaction it is
   * @param args its arguments
   * @return the job as it is stored if the transaction commits, or the existing one
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  <T extends JobArgs> Inserted<T> insertTx(Connection tx, T args);

  /**
   * Inserts a job in the transaction of a connection, as {@link #insertTx(DSLContext, JobArgs,
   * InsertOpts)} does.
   *
   * @param <T> the class of its arguments
   * @param tx the connection whose transaction it is; it is neither committed nor closed
   * @param args its arguments
   * @param opts its options; what they don't set is taken from {@link JobArgs#insertOpts}
   * @return the job as it is stored if the transaction commits, or the existing one
   * @throws IllegalArgumentException as {@link #insert(JobArgs, InsertOpts)} does
   * @throws DatabaseException as {@link #insert(JobArgs, InsertOpts)} does
   */
  <T extends JobArgs> Inserted<T> insertTx(Connection tx, T args, InsertOpts opts);

  /**
   * Inserts jobs in a transaction of their own: all of them or none. Five thousand at a time take
   * one statement. Jobs may be duplicates of each other too: the first one is inserted, and the
   * others are reported as its duplicates.
   *
   * @param <T> what the classes of their arguments have in common
   * @param jobs the jobs, at least one
   * @return what became of each, in the same order
   * @throws IllegalArgumentException if there is none, or if one of them is not valid, as {@link
   *     #insert(JobArgs, InsertOpts)} says; it names its position, counted from 0, and its kind
   * @throws InsertRefusedException if an extension refuses one of them; it names its position
   * @throws DatabaseException if the database refuses one of them or can't be reached
   */
  <T extends JobArgs> List<Inserted<T>> insertMany(List<? extends Insert<? extends T>> jobs);

  /**
   * Inserts jobs as {@link #insertMany} does, in the caller's transaction.
   *
   * @param <T> what the classes of their arguments have in common
   * @param tx the caller's transaction
   * @param jobs the jobs, at least one
   * @return what became of each, in the same order
   * @throws IllegalArgumentException as {@link #insertMany} does
   * @throws DatabaseException as {@link #insertMany} does
   */
  <T extends JobArgs> List<Inserted<T>> insertManyTx(
      DSLContext tx, List<? extends Insert<? extends T>> jobs);

  /**
   * Inserts jobs as {@link #insertMany} does, in the transaction of a connection.
   *
   * @param <T> what the classes of their arguments have in common
   * @param tx the connection whose transaction it is
   * @param jobs the jobs, at least one
   * @return what became of each, in the same order
   * @throws IllegalArgumentException as {@link #insertMany} does
   * @throws DatabaseException as {@link #insertMany} does
   */
  <T extends JobArgs> List<Inserted<T>> insertManyTx(
      Connection tx, List<? extends Insert<? extends T>> jobs);

  /**
   * Inserts jobs with PostgreSQL's COPY, in a transaction of their own: all of them or none. The
   * fastest way for thousands to millions. The stream is taken from while the copy runs, so the
   * jobs need not all be in memory.
   *
   * @param jobs the jobs; it may be empty, and it is not closed
   * @return how many were inserted
   * @throws IllegalArgumentException if one of them is not valid, as {@link #insert(JobArgs,
   *     InsertOpts)} says; it names its position, counted from 0, and its kind
   * @throws InsertRefusedException if an extension refuses one of them; it names its position
   * @throws UniqueConflictException if one of them is a duplicate, be it of another one
   * @throws DatabaseException if the database refuses one of them or can't be reached
   */
  long insertManyFast(Stream<? extends Insert<?>> jobs);

  /**
   * Inserts jobs as {@link #insertManyFast} does, in the caller's transaction. If it fails the
   * transaction can go on, with none of the jobs.
   *
   * @param tx the caller's transaction
   * @param jobs the jobs; the stream must not use the transaction's connection, which is busy
   *     meanwhile
   * @return how many are inserted if the transaction commits
   * @throws IllegalArgumentException as {@link #insertManyFast} does
   * @throws IllegalStateException if the stream uses that connection nevertheless; nothing is
   *     inserted then, and the transaction can go on
   * @throws DatabaseException as {@link #insertManyFast} does
   */
  long insertManyFastTx(DSLContext tx, Stream<? extends Insert<?>> jobs);

  /**
   * Inserts jobs as {@link #insertManyFast} does, in the transaction of a connection. If it fails
   * the transaction can go on, with none of the jobs.
   *
   * @param tx the connection whose transaction it is
   * @param jobs the jobs; the stream must not use the connection, which is busy meanwhile
   * @return how many are inserted if the transaction commits
   * @throws IllegalArgumentException as {@link #insertManyFast} does
   * @throws IllegalStateException if the stream uses that connection nevertheless; nothing is
   *     inserted then, and the transaction can go on
   * @throws DatabaseException as {@link #insertManyFast} does
   */
  long insertManyFastTx(Connection tx, Stream<? extends Insert<?>> jobs);
}

package dev.river.work;

import dev.river.job.JobArgs;

/**
 * A worker, with what it is registered under.
 *
 * @param <T> the class of the jobs' arguments
 * @param kind the kind of its jobs
 * @param argsClass the class of their arguments
 * @param worker the worker
 */
public record RegisteredWorker<T extends JobArgs>(
    String kind, Class<T> argsClass, Worker<T> worker) {}

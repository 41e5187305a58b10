package dev.river.model;

import dev.river.job.JobState;

/** What is compared of a job. */
record Snapshot(
    long id,
    JobState state,
    String queue,
    int attempt,
    int maxAttempts,
    int errors,
    boolean ended,
    boolean due,
    boolean cancelMarked,
    long snoozes,
    boolean conflictMarked,
    boolean holdsKey) {}

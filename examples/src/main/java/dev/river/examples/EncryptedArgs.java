package dev.river.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.river.RiverClient;
import dev.river.db.RiverMigrator;
import dev.river.job.Inserted;
import dev.river.job.JobArgs;
import dev.river.job.JobInsertParams;
import dev.river.job.JobRow;
import dev.river.work.Extension;
import dev.river.work.JobContext;
import dev.river.work.WorkResult;
import dev.river.work.Workers;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.sql.DataSource;

/**
 * Arguments that the database never sees: an extension encrypts them when a job is inserted and
 * decrypts them when it is worked. Inserter and worker don't notice.
 */
public final class EncryptedArgs {
  private EncryptedArgs() {}

  record DiagnosisArgs(String patient, String diagnosis) implements JobArgs {
    @Override
    public String kind() {
      return "diagnosis";
    }
  }

  static final class Encryption implements Extension {
    private static final Pattern ENCRYPTED =
        Pattern.compile("\\{\\s*\"encrypted\"\\s*:\\s*\"([^\"]*)\"\\s*}");

    private final Aes aes;

    Encryption(SecretKey key) {
      this.aes = new Aes(key);
    }

    @Override
    public JobInsertParams beforeInsert(JobInsertParams job) throws GeneralSecurityException {
      String encrypted = aes.encrypt(job.encodedArgs(), job.kind());
      return job.toBuilder().encodedArgs("{\"encrypted\":\"%s\"}".formatted(encrypted)).build();
    }

    @Override
    public WorkResult aroundWork(JobRow job, JobContext context, Inner inner) throws Exception {
      Matcher encrypted = ENCRYPTED.matcher(job.encodedArgs());
      return encrypted.matches()
          ? inner.proceed(job.withEncodedArgs(aes.decrypt(encrypted.group(1), job.kind())))
          : inner.proceed(job); // stored before there was encryption
    }
  }

  /**
   * AES-GCM, which also notices if what is stored was changed or put into a job of another kind.
   */
  private static final class Aes {
    private static final String ALGORITHM = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    Aes(SecretKey key) {
      this.key = key;
    }

    String encrypt(String text, String context) throws GeneralSecurityException {
      byte[] nonce = new byte[NONCE_BYTES];
      random.nextBytes(nonce);
      byte[] secret = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(text.getBytes(UTF_8));
      byte[] both =
          ByteBuffer.allocate(nonce.length + secret.length).put(nonce).put(secret).array();
      return Base64.getEncoder().encodeToString(both);
    }

    String decrypt(String base64, String context) throws GeneralSecurityException {
      ByteBuffer both = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
      byte[] nonce = new byte[NONCE_BYTES];
      both.get(nonce);
      byte[] secret = new byte[both.remaining()];
      both.get(secret);
      return new String(cipher(Cipher.DECRYPT_MODE, nonce, context).doFinal(secret), UTF_8);
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
      Cipher cipher = Cipher.getInstance(ALGORITHM);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(context.getBytes(UTF_8));
      return cipher;
    }
  }

  static void run(DataSource dataSource, PrintStream out)
      throws GeneralSecurityException, InterruptedException {
    RiverMigrator.builder(dataSource).build().migrate();

    CountDownLatch done = new CountDownLatch(1);
    Workers workers =
        new Workers()
            .add(
                DiagnosisArgs.class,
                (job, context) -> {
                  out.println("worked: " + job.args());
                  done.countDown();
                  return WorkResult.completed();
                });

    try (RiverClient client =
        RiverClient.builder(dataSource)
            .workers(workers)
            .queue("default", 10)
            .extension("diagnosis", new Encryption(key()))
            .build()) {
      Inserted<DiagnosisArgs> inserted = client.insert(new DiagnosisArgs("Ada", "a cold"));
      String stored = inserted.job().row().encodedArgs();
      out.println("stored: " + stored.replaceAll("[\\w+/=]{40,}", "..."));
      client.start();
      Waiting.until(done);
    }
  }

  /** A program keeps its key where it keeps its other secrets. */
  private static SecretKey key() throws GeneralSecurityException {
    KeyGenerator generator = KeyGenerator.getInstance("AES");
    generator.init(256);
    return generator.generateKey();
  }

  /**
   * Runs the example.
   *
   * @param args none
   * @throws GeneralSecurityException if the Java platform has no AES
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws GeneralSecurityException, InterruptedException {
    try (ExampleDatabase database = ExampleDatabase.open()) {
      run(database.dataSource(), System.out);
    }
  }
}

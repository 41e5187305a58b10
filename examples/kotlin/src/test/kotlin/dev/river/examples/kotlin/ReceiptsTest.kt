package dev.river.examples.kotlin

import dev.river.RiverClient
import dev.river.job.InsertOpts
import dev.river.job.JobArgs
import dev.river.job.JobState
import dev.river.test.ArgsCompatibility
import dev.river.test.ExpectedJob
import dev.river.test.JobDrain
import dev.river.test.JobsAssert.assertThat
import dev.river.test.RiverAssertions.jobs
import dev.river.test.RiverAssertions.requireInserted
import dev.river.test.RiverAssertions.requireNotInserted
import dev.river.test.TestClock
import dev.river.test.WorkerTester
import dev.river.test.junit.RiverExtension
import dev.river.work.WorkResult
import dev.river.work.Workers
import java.time.Duration
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.jooq.DSLContext
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.RegisterExtension

/** Without `@JvmRecord` and without Kotlin's module for Jackson, nothing could read it again. */
data class PlainArgs(val order: Long) : JobArgs {
    override fun kind() = "plain"
}

class ReceiptsTest {
    private val sent = mutableListOf<String>()

    @RegisterExtension
    private val river: RiverExtension =
        RiverExtension.builder()
            .client { client ->
                client.workers(Workers().add(ReceiptWorker(sent::add))).queue("default", 1)
            }
            .build()

    @Test
    fun `inserts a receipt in the transaction of its order`(client: RiverClient, dsl: DSLContext) {
        dsl.transaction { tx ->
            client.insertTx(tx.dsl(), ReceiptArgs(7, "ada@example.org"))
            requireInserted(tx.dsl(), ExpectedJob.of(ReceiptArgs(7, "ada@example.org")))
        }
        assertThat(jobs(dsl)).ofKind(ReceiptArgs::class.java).hasSize(1).allSatisfy {
            assertThat(it.args().email).startsWith("ada")
        }
    }

    @Test
    fun `sends a receipt and its copies`(dsl: DSLContext) {
        val args = ReceiptArgs(7, "ada@example.org", copies = listOf("bob@example.org"))

        val worked = WorkerTester.of(Workers().add(ReceiptWorker(sent::add))).work(dsl, args)

        assertThat(worked.job().state()).isEqualTo(JobState.COMPLETED)
        assertThat(sent).containsExactly("bob@example.org", "ada@example.org")
    }

    @Test
    fun `sends a receipt tomorrow`(client: RiverClient, clock: TestClock) {
        val tomorrow = InsertOpts.builder().scheduledAt(clock.instant().plus(Duration.ofDays(1)))
        client.insert(ReceiptArgs(7, "ada@example.org"), tomorrow.build())

        assertThat(JobDrain.of(client).run().jobs()).isEmpty()
        clock.advance(Duration.ofDays(1))
        assertThat(JobDrain.of(client).run().jobs()).hasSize(1)

        assertThat(sent).containsExactly("ada@example.org")
    }

    @Test
    fun `a data class that is no record is refused at once`() {
        assertThatThrownBy { Workers().add(PlainArgs::class.java) { _, _ -> WorkResult.completed() } }
            .isInstanceOf(IllegalArgumentException::class.java)
            .hasMessageContaining("PlainArgs")
    }

    @Test
    fun `jobs of older versions can be worked`() {
        ArgsCompatibility.verify(ReceiptArgs(7, "ada@example.org", listOf("bob@example.org")))
    }

    @Test
    fun `has inserted nothing at first`(client: RiverClient) {
        requireNotInserted(client, ReceiptArgs::class.java)
    }
}

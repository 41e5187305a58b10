package dev.river.examples.kotlin

import dev.river.job.Job
import dev.river.job.JobArgs
import dev.river.work.JobContext
import dev.river.work.WorkResult
import dev.river.work.Worker

/** Asks for the receipt of an order. */
@JvmRecord
data class ReceiptArgs(val order: Long, val email: String, val copies: List<String> = listOf()) : JobArgs {
    override fun kind() = "receipt"
}

/** Sends receipts. */
class ReceiptWorker(private val send: (String) -> Unit) : Worker<ReceiptArgs> {
    override fun work(job: Job<ReceiptArgs>, context: JobContext): WorkResult {
        val args = job.args()
        if ('@' !in args.email) {
            return WorkResult.cancel("no address: ${args.email}")
        }
        (args.copies + args.email).forEach(send)
        return WorkResult.completed()
    }
}

// The smallest phone: a file of ops, a file of documents, and fetch.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { SCHEMA, StartOver, insist, mint } from './fsync.mjs'

export class Phone {
  constructor(folder, server) {
    this.server = server
    this.journal = `${folder}/ops.jsonl` // an op a line; a line that is there is never changed
    this.state = `${folder}/state.json`
    this.ops = existsSync(this.journal) ? readFileSync(this.journal, 'utf8').trim().split('\n').map(JSON.parse) : []
    const kept = existsSync(this.state) ? JSON.parse(readFileSync(this.state)) : {}
    this.stored = new Set(kept.stored)
    this.refused = new Map(kept.refused)
    this.docs = new Map(kept.docs)
    this.since = kept.since ?? 0
    this.seen = kept.seen && new Set(kept.seen)
    if (this.since && kept.schema !== SCHEMA) this.startOver()
  }

  record(type, workOrderId, data) {
    const op = mint(this.ops.length + 1, type, workOrderId, data)
    appendFileSync(this.journal, JSON.stringify(op) + '\n', { flush: true }) // on disk before it is shown as done
    this.ops.push(op)
    return op.id
  }

  async push(size = 40) {
    const waiting = () => this.ops.filter((op) => !this.stored.has(op.id) && !this.refused.has(op.id)).slice(0, size)
    for (let batch; (batch = waiting()).length; this.keep()) {
      const { stored, refused, lost } = await insist(() => this.server.push(batch))
      if (lost) this.stored.clear()
      for (const id of stored) this.stored.add(id)
      for (const [id, code] of refused) this.refused.set(id, code) // kept, and shown to its author
    }
  }

  async pull() {
    for (let more = true; more; this.keep()) {
      const page = await insist(() => this.server.pull(this.since)).catch((error) => {
        if (error instanceof StartOver) return null
        throw error
      })
      if (page === null) {
        this.startOver()
        continue
      }
      for (const { type, id, op, doc } of page.changes) {
        this.seen?.add(`${type}|${id}`)
        if (op === 'put') this.docs.set(`${type}|${id}`, doc)
        else this.docs.delete(`${type}|${id}`)
      }
      this.since = page.seq
      more = page.has_more
    }
    if (this.seen) for (const key of this.docs.keys()) if (!this.seen.has(key)) this.docs.delete(key)
    this.seen = undefined
    this.keep()
    await this.push() // what is kept, after a 410; else there is nothing
  }

  startOver() {
    this.since = 0
    this.seen = new Set() // what does not come any more is dropped at the end; ops are not touched
    this.stored.clear() // and everything that is kept is handed in again
  }

  /** Documents and their cursor go to disk together. */
  keep() {
    const kept = {
      schema: SCHEMA,
      since: this.since,
      seen: this.seen && [...this.seen], // in the middle of a replacement
      stored: [...this.stored],
      refused: [...this.refused],
      docs: [...this.docs],
    }
    writeFileSync(this.state + '.new', JSON.stringify(kept), { flush: true })
    renameSync(this.state + '.new', this.state)
  }
}

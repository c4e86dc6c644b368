// Plays a recipe for the tests: reads one job from its arguments, works when it is told to, and says what it holds.
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { localStorageIn, sqliteAdapter } from './disk.mjs'
import { Again, Server, sleep } from './fsync.mjs'

const job = JSON.parse(process.argv[2])
const server = new Server(job.url, job.device)
const sent = {} // how often each op went out
const push = server.push
server.push = (ops) => {
  for (const op of ops) sent[op.id] = (sent[op.id] ?? 0) + 1
  return push.call(server, ops)
}
const huge = 'x'.repeat(70_000) // more than a server stores of one op
const text = (number) => (job.huge && number === 0 ? huge : `第 ${number} 条`)
const note = (number) => ['log.note', job.orders[number % job.orders.length], { text: text(number) }]
const parsed = (rows) => Object.fromEntries(rows.map(([key, doc]) => [key, typeof doc === 'string' ? JSON.parse(doc) : doc]))

const clients = {
  async plain() {
    const { Phone } = await import('./plain.mjs')
    let phone = new Phone(job.folder, server)
    if (job.start) phone.since = job.start
    for (const key of job.stale ?? []) phone.docs.set(key, {})
    return {
      record: (number) => phone.record(...note(number)),
      async sync() {
        await phone.push()
        await phone.pull()
        phone = new Phone(job.folder, server) // as after a restart: all of it is on disk
      },
      docs: () => parsed([...phone.docs]),
      ops: () => phone.ops.map((op) => op.id),
    }
  },

  async rxdb() {
    const { open, record, replicate } = await import('./rxdb.mjs')
    const { getRxStorageMemory } = await import('rxdb/plugins/storage-memory')
    const { getRxStorageLocalstorage } = await import('rxdb/plugins/storage-localstorage')
    const onDisk = () => getRxStorageLocalstorage({ localStorage: localStorageIn(`${job.folder}/rxdb.sqlite`) })
    const db = await open('field', job.on_disk ? onDisk() : getRxStorageMemory())
    for (const key of job.stale ?? []) await db.docs.insert({ key, type: key.split('|')[0], doc: '{}' })
    let running
    return {
      record: (number) => record(db, ...note(number)),
      async sync() {
        running ??= replicate(db, server, { retryTime: 50, start: job.start })
        await running.push.awaitInSync()
        running.pull.reSync() // in an app: at each poke of the stream, and now and then
        await sleep(20)
        await running.pull.awaitInSync()
      },
      docs: async () => parsed((await db.docs.find().exec()).map((row) => [row.key, row.doc])),
      ops: async () => (await db.ops.find({ sort: [{ seq: 'asc' }] }).exec()).map((row) => row.id),
    }
  },

  async watermelon() {
    const { open, record, sync } = await import('./watermelon.mjs')
    const require = createRequire(import.meta.url)
    const Loki = require('@nozbe/watermelondb/adapters/lokijs').default
    const { Q } = require('@nozbe/watermelondb')
    const logger = require('@nozbe/watermelondb/utils/common/logger').default
    logger.silence()
    const inMemory = (schema) => new Loki({ schema, dbName: 'field', useWebWorker: false, useIncrementalIndexedDB: false })
    const onDisk = (schema) => new (sqliteAdapter())({ schema, dbName: `${job.folder}/watermelon.db` })
    const db = open(job.on_disk ? onDisk : inMemory)
    if (job.start) await db.localStorage.set('__watermelon_last_pulled_at', job.start)
    if (job.start) await db.adapter.setLocal('__watermelon_last_pulled_at', String(job.start))
    await db.write(async () => {
      for (const key of job.stale ?? []) {
        await db.get('docs').create((row) => {
          Object.assign(row._raw, { id: key, type: key.split('|')[0], doc: '{}' })
          row._raw._status = 'synced'
        })
      }
    })
    return {
      record: (number) => record(db, ...note(number)),
      async sync() {
        for (;;) {
          try {
            return await sync(db, server)
          } catch (error) {
            if (!(error instanceof Again)) throw error
            await sleep(Math.random() * 200)
          }
        }
      },
      docs: async () => parsed((await db.get('docs').query().fetch()).map((row) => [row.id, row._raw.doc])),
      ops: async () => (await db.get('ops').query(Q.sortBy('seq', Q.asc)).fetch()).map((row) => row.id),
    }
  },

  async tus() {
    const { handIn } = await import('./tus.mjs')
    const { readFileSync } = await import('node:fs')
    const bytes = readFileSync(job.file)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return {
      record: () => null,
      sync: () => handIn(server, bytes, { mediaId: job.media_id, workOrderId: job.orders[0], sha256, ...job.options }),
      docs: () => ({ sha256 }),
    }
  },
}

const client = await clients[job.recipe]()
for await (const line of createInterface({ input: process.stdin })) {
  const ids = []
  for (let number = 0; number < Number(line); number++) ids.push(await client.record(number))
  await client.sync()
  console.log(JSON.stringify({ ids, sent, docs: await client.docs(), ops: await client.ops?.() }))
}
process.exit(0)

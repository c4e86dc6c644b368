// RxDB: ops are a collection that is only pushed, documents one that is only pulled.
import { createRxDatabase } from 'rxdb'
import { replicateRxCollection } from 'rxdb/plugins/replication'
import { SCHEMA, StartOver, mint } from './fsync.mjs'

const text = { type: 'string' }
const key = (maxLength) => ({ type: 'string', maxLength })

const OPS = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: { id: key(36), seq: { type: 'integer', minimum: 1, maximum: 2 ** 40, multipleOf: 1 }, op: text },
  required: ['id', 'seq', 'op'],
  indexes: ['seq'],
}
const DOCS = {
  version: 0,
  primaryKey: 'key', // work_orders|<id>: one collection for all of the server's
  type: 'object',
  properties: { key: key(140), type: key(40), doc: text },
  required: ['key', 'type', 'doc'],
}

export async function open(name, storage) {
  const db = await createRxDatabase({ name, storage, multiInstance: false })
  await db.addCollections({ ops: { schema: OPS }, docs: { schema: DOCS } })
  return db
}

/** Keep an op. The op itself is text: RxDB adds members of its own to what it stores, and an op never changes. */
export async function record(db, type, workOrderId, data) {
  const last = await db.ops.findOne({ sort: [{ seq: 'desc' }] }).exec()
  const op = mint((last?.seq ?? 0) + 1, type, workOrderId, data)
  await db.ops.insert({ id: op.id, seq: op.seq, op: JSON.stringify(op) })
  return op.id
}

export function replicate(db, server, { retryTime = 5_000, start } = {}) {
  const push = replicateRxCollection({
    collection: db.ops,
    replicationIdentifier: `push ${server.device.device_id}`,
    retryTime,
    push: {
      batchSize: 40,
      async handler(rows) {
        const ops = rows.map((row) => JSON.parse(row.newDocumentState.op))
        const { stored, refused, lost } = await server.push(ops)
        if (lost) await server.pushAll(await kept(db))
        // What the answer does not speak of is not stored: throw, and RxDB sends the batch again.
        if (!ops.every((op) => stored.has(op.id) || refused.has(op.id))) throw new Error('not all ops were answered')
        return [] // ops have no conflicts
      },
    },
  })

  const pull = replicateRxCollection({
    collection: db.docs,
    replicationIdentifier: `pull ${SCHEMA} ${server.device.device_id}`, // another shape: pulled anew
    retryTime,
    pull: {
      batchSize: 500,
      initialCheckpoint: start && { seq: start },
      async handler(checkpoint, limit) {
        try {
          const page = await server.pull(checkpoint?.seq ?? 0, limit)
          return { documents: page.changes.map(row), checkpoint: { seq: page.seq } }
        } catch (error) {
          if (error instanceof StartOver) return replacement(db, server)
          throw error
        }
      },
    },
  })
  return { push, pull }
}

const row = ({ type, id, op, doc }) => ({
  key: `${type}|${id}`,
  type,
  doc: op === 'put' ? JSON.stringify(doc) : '',
  _deleted: op === 'del',
})

/** All ops, in the order of their numbers. */
const kept = async (db) => (await db.ops.find({ sort: [{ seq: 'asc' }] }).exec()).map((row) => JSON.parse(row.op))

/** After 410: every op again; everything there is, and a removal for what is here and came no more. */
async function replacement(db, server) {
  await server.pushAll(await kept(db))
  const rows = new Map()
  let page = { seq: 0, has_more: true }
  while (page.has_more) {
    page = await server.pull(page.seq)
    for (const one of page.changes.map(row)) rows.set(one.key, one)
  }
  for (const here of await db.docs.find().exec()) {
    if (!rows.has(here.key)) rows.set(here.key, { key: here.key, type: here.type, doc: '', _deleted: true })
  }
  return { documents: [...rows.values()], checkpoint: { seq: page.seq } }
}

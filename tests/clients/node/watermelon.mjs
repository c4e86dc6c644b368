// WatermelonDB: synchronize() pulls documents and pushes the ops that were created since.
import { createRequire } from 'node:module'
import { StartOver, insist, mint } from './fsync.mjs'

const require = createRequire(import.meta.url) // in an app: import { Database, … } from '@nozbe/watermelondb'
const { Database, Model, Q, appSchema, tableSchema } = require('@nozbe/watermelondb')
const { synchronize } = require('@nozbe/watermelondb/sync')

const schema = appSchema({
  version: 1,
  tables: [
    tableSchema({ name: 'ops', columns: [{ name: 'seq', type: 'number' }, { name: 'op', type: 'string' }] }),
    tableSchema({ name: 'docs', columns: [{ name: 'type', type: 'string' }, { name: 'doc', type: 'string' }] }),
  ],
})
export class Op extends Model {
  static table = 'ops'
}
export class Doc extends Model {
  static table = 'docs' // the id of a row is work_orders|<id>
}

/** `adapter` makes the adapter for our schema: SQLite on phones, LokiJS elsewhere. */
export function open(adapter) {
  return new Database({ adapter: adapter(schema), modelClasses: [Op, Doc] })
}

export function record(db, type, workOrderId, data) {
  return db.write(async () => {
    const [last] = await db.get('ops').query(Q.sortBy('seq', Q.desc), Q.take(1)).fetch()
    const op = mint((last?._raw.seq ?? 0) + 1, type, workOrderId, data)
    await db.get('ops').create((row) => Object.assign(row._raw, { id: op.id, seq: op.seq, op: JSON.stringify(op) }))
    return op.id
  })
}

/** One round; call it again when it throws. */
export async function sync(db, server) {
  await synchronize({
    database: db,
    sendCreatedAsUpdated: true, // the server tells `put`, not whether a document is new
    async pullChanges({ lastPulledAt }) {
      try {
        return await pull(server, lastPulledAt ?? 0)
      } catch (error) {
        if (!(error instanceof StartOver)) throw error
        await server.pushAll(await kept(db))
        const all = await pull(server, 0)
        return { ...all, experimentalStrategy: 'replacement' } // what does not come is dropped; ops stay
      }
    },
    async pushChanges({ changes }) {
      const ops = [...changes.ops.created, ...changes.ops.updated].map((row) => JSON.parse(row.op))
      ops.sort((one, other) => one.seq - other.seq)
      for (let at = 0; at < ops.length; at += 40) {
        const batch = ops.slice(at, at + 40)
        // Each batch by itself until it is there: a round that fails begins with the first op again.
        const { stored, refused, lost } = await insist(() => server.push(batch))
        if (lost) await server.pushAll(await kept(db))
        if (!batch.every((op) => stored.has(op.id) || refused.has(op.id))) throw new Error('not all ops were answered')
      }
    },
  })
}

/** All ops, in the order of their numbers. */
async function kept(db) {
  return (await db.get('ops').query(Q.sortBy('seq', Q.asc)).fetch()).map((row) => JSON.parse(row._raw.op))
}

async function pull(server, since) {
  const docs = new Map()
  let page = { seq: since, has_more: true }
  while (page.has_more) {
    const { seq } = page
    page = await insist(() => server.pull(seq))
    for (const { type, id, op, doc } of page.changes) docs.set(`${type}|${id}`, op === 'put' && { type, doc: JSON.stringify(doc) })
  }
  const rows = [...docs]
  return {
    timestamp: page.seq, // our cursor; WatermelonDB only hands it back
    changes: {
      docs: {
        created: [],
        updated: rows.filter(([, put]) => put).map(([id, put]) => ({ id, ...put })),
        deleted: rows.filter(([, put]) => !put).map(([id]) => id),
      },
    },
  }
}

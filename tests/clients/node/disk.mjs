// Where the data stays when the app is closed or killed, with nothing but Node's own SQLite.
import { createRequire, registerHooks } from 'node:module'
import { DatabaseSync } from 'node:sqlite'

/**
 * A localStorage that is a file, for RxDB's free storage of that name. What is written in one go is there as a whole or not at all:
 * a document without its place in the index would never be found again.
 */
export function localStorageIn(file) {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT)')
  const [get, put, drop, count, nth] = [
    'SELECT value FROM kept WHERE key = ?',
    'INSERT INTO kept VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    'DELETE FROM kept WHERE key = ?',
    'SELECT count(*) AS n FROM kept',
    'SELECT key FROM kept ORDER BY key LIMIT 1 OFFSET ?',
  ].map((sql) => db.prepare(sql))
  let open = false
  const writing = () => {
    if (open) return
    open = true
    db.exec('BEGIN')
    queueMicrotask(() => {
      db.exec('COMMIT')
      open = false
    })
  }
  return {
    getItem: (key) => get.get(key)?.value ?? null,
    setItem: (key, value) => (writing(), put.run(key, String(value))),
    removeItem: (key) => (writing(), drop.run(key)),
    key: (number) => nth.get(number)?.key ?? null,
    get length() {
      return count.get().n
    },
  }
}

/** WatermelonDB's SQLite adapter, over Node's own SQLite instead of the better-sqlite3 that it asks for and that wants a compiler. */
export function sqliteAdapter() {
  const asked = 'better-sqlite3'
  const require = createRequire(import.meta.url)
  registerHooks({
    resolve: (name, context, next) => (name === asked ? { url: 'fieldbeat:sqlite', shortCircuit: true } : next(name, context)),
    load: (url, context, next) =>
      url === 'fieldbeat:sqlite'
        ? { format: 'commonjs', source: 'module.exports = globalThis.fieldbeatSqlite', shortCircuit: true }
        : next(url, context),
  })
  globalThis.fieldbeatSqlite = Sqlite
  return require('@nozbe/watermelondb/adapters/sqlite').default
}

/** As much of better-sqlite3 as WatermelonDB uses. */
class Sqlite {
  open = true

  constructor(path) {
    this.db = new DatabaseSync(path)
    this.memory = path === ':memory:'
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  }

  prepare(sql) {
    const made = this.db.prepare(sql)
    return { run: (args) => made.run(...args), get: (args) => made.get(...args), all: (args) => made.all(...args) }
  }

  exec(sql) {
    this.db.exec(sql)
  }

  pragma(text, { simple } = {}) {
    const found = this.db.prepare(`PRAGMA ${text}`).all()
    return simple ? Object.values(found[0])[0] : found
  }

  transaction(act) {
    return () => {
      this.db.exec('BEGIN')
      try {
        act()
        this.db.exec('COMMIT')
      } catch (error) {
        this.db.exec('ROLLBACK')
        throw error
      }
    }
  }

  close() {
    this.db.close()
    this.open = false
  }
}

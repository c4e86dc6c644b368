// fsync/1 over plain HTTP: what every client needs, with nothing but fetch.
import { v7 } from 'uuid'

export const SCHEMA = 2

/** The same again, later: the answer is lost, or is none of ours. */
export class Again extends Error {}

/** 410: pull from 0, as a replacement, and hand in again every op that is kept. */
export class StartOver extends Error {}

const FOR_GOOD = [401, 403, 404, 426] // trying again will not change it

export class Server {
  /** `device` is the answer to POST /v1/devices or /v1/devices/enrol: { device_id, token, … }. */
  constructor(url, device) {
    Object.assign(this, { url, device, acknowledged: new Set() })
  }

  async ask(method, path, body) {
    let response, said
    try {
      response = await fetch(this.url + path, {
        method,
        headers: { Authorization: `Bearer ${this.device.token}`, 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(30_000),
      })
      said = await response.json()
    } catch (error) {
      throw new Again(error.message) // lost, cut, or the page of a captive portal
    }
    if (response.status === 410) throw new StartOver()
    if (FOR_GOOD.includes(response.status)) throw new Error(`${response.status} ${said.code}`)
    if (response.headers.has('Retry-After')) await sleep(1000 * Number(response.headers.get('Retry-After')))
    if (response.status !== 200 || said.protocol !== 'fsync/1') throw new Again(`${response.status} ${said.code}`)
    return said
  }

  /**
   * Hand in ops; returns the ids that the server has, and those that it cannot store, with their codes.
   * `lost`: it lacks what it acknowledged before, as after a restored backup: hand in again every op that is kept.
   */
  async push(ops) {
    const before = [...this.acknowledged]
    const said = await this.ask('POST', '/v1/sync/push', {
      protocol: 'fsync/1',
      device_id: this.device.device_id,
      clock: { sent_at: new Date().toISOString() },
      ops,
    })
    const stored = said.results.filter((one) => one.status !== 'rejected').map((one) => one.id)
    const refused = said.results.filter((one) => one.status === 'rejected')
    const { max, missing } = said.received
    const lost = before.some((seq) => seq > max || missing.some(([from, to]) => from <= seq && seq <= to))
    if (lost) this.acknowledged.clear()
    for (const op of ops) if (stored.includes(op.id)) this.acknowledged.add(op.seq)
    return { stored: new Set(stored), refused: new Map(refused.map((one) => [one.id, one.code])), lost }
  }

  /** One page of changes after a cursor. */
  async pull(since, limit = 500) {
    const page = await this.ask('GET', `/v1/sync/pull?since=${since}&limit=${limit}&schema=${SCHEMA}`)
    // An older server tells documents in the shape it knows, which this app does not: it has to be upgraded first.
    if (page.schema !== SCHEMA) throw new Error(`the server tells documents of schema ${page.schema}`)
    return page
  }

  /** Hand in everything that is kept, once more: what the server has is a duplicate. */
  async pushAll(ops, size = 40) {
    for (let at = 0; at < ops.length; at += size) await insist(() => this.push(ops.slice(at, at + size)))
  }
}

/** A new op. Its number comes from your store: 1, 2, 3 … without a gap, in the transaction that keeps the op. */
export function mint(seq, type, workOrderId, data, more = {}) {
  const occurred = new Date().toISOString()
  return { id: v7(), seq, type, v: 1, work_order_id: workOrderId, occurred_at: occurred, data, ...more }
}

/** Try until it works, with pauses that grow and differ. */
export async function insist(attempt, longest = 2_000) {
  for (let pause = 50; ; pause = Math.min(longest, pause * 2)) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Again)) throw error
      await sleep(Math.random() * pause)
    }
  }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

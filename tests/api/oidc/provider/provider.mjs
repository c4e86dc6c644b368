// An OpenID provider for the tests: oidc-provider with its development screens, and two addresses by which tests steer it.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'

const job = JSON.parse(process.argv[2]) // {redirects: […], logouts: […]}
const RealDate = Date
let shift = 0 // milliseconds: it lives at the time of the tests
globalThis.Date = class extends RealDate {
  constructor(...given) {
    given.length ? super(...given) : super(RealDate.now() + shift)
  }
  static now() {
    return RealDate.now() + shift
  }
}
const { Provider } = await import('oidc-provider')

const people = new Map() // claims by subject
const counts = {} // requests by path
const keys = new Map()
let provider, issuer, faults

function key(kid) {
  if (!keys.has(kid)) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    keys.set(kid, { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' })
  }
  return keys.get(kid)
}

function client(client_id, more) {
  return {
    client_id,
    client_secret: `the secret of ${client_id}`,
    redirect_uris: job.redirects,
    post_logout_redirect_uris: job.logouts,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    ...more,
  }
}

function begin(kid) {
  provider = new Provider(issuer, {
    clients: [client('fieldbeat'), client('phone', { client_secret: undefined, token_endpoint_auth_method: 'none' })],
    jwks: { keys: [key(kid)] },
    cookies: { keys: ['only for tests'] },
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'groups', 'realm_access', '_claim_names'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Grant: 600, Session: 600 },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
    // Nobody is asked for consent.
    async loadExistingGrant(ctx) {
      const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  })
  provider.use(async (ctx, next) => {
    await next()
    if (faults.says && ctx.status === 200 && ctx.path.endsWith('/openid-configuration')) Object.assign(ctx.body, faults.says)
  })
}

async function steer(request, response) {
  let text = ''
  for await (const piece of request) text += piece
  const wish = JSON.parse(text)
  faults = wish.faults ?? {}
  for (const [sub, claims] of Object.entries(wish.people ?? {})) people.set(sub, claims)
  if (wish.now) shift = RealDate.parse(wish.now) - RealDate.now()
  if (wish.key) begin(wish.key)
  response.end(JSON.stringify(counts))
}

const server = createServer((request, response) => {
  const path = request.url.split('?')[0]
  if (path === '/test/steer') return steer(request, response)
  counts[path] = (counts[path] ?? 0) + 1
  if (faults.status && (faults.path ?? path) === path) return response.writeHead(faults.status, faults.headers).end(faults.body ?? '')
  provider.callback()(request, response)
})
server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`
  faults = {}
  begin('first')
  console.log(issuer)
})

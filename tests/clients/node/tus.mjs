// tus-js-client: photos that go on where the connection broke.
import { Upload } from 'tus-js-client'

/** Hand in a file under the `mediaId` by which an op names it. Resolves when the server has every byte. */
export function handIn(server, file, { mediaId, workOrderId, sha256, ...more }) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: `${server.url}/v1/media`,
      headers: { Authorization: `Bearer ${server.device.token}` },
      metadata: { media_id: mediaId, work_order_id: workOrderId, sha256 },
      chunkSize: 256 * 1024, // on bad networks; 8 MiB at most
      retryDelays: Array(200).fill(100),
      // No need to remember addresses: to begin with the same media_id leads to the upload that was begun before.
      storeFingerprintForResuming: false,
      onShouldRetry: (error) => ![401, 403, 404, 413].includes(error.originalResponse?.getStatus()),
      onSuccess: resolve,
      onError: reject,
      ...more,
    })
    upload.start()
  })
}

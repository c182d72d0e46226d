import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { sleep } from '../waiting.ts'
import type { Fault, ScriptedReply } from './schema.ts'
import { chunk, chunks, completion, type Frame } from './wire.ts'

/** Plays a reply with its fault, if any. Rejects with the signal's reason when the client has gone. */
export async function play(
  response: ServerResponse,
  reply: ScriptedReply,
  fault: Fault | undefined,
  frame: Frame,
  stream: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (fault?.kind === 'status') return playStatus(response, fault)
  if (fault?.kind === 'slow') await sleep(fault.firstByteMs, signal)
  response.writeHead(200, {
    'content-type': stream ? 'text/event-stream; charset=utf-8' : 'application/json',
  })
  let sent = 0
  for (const body of stream ? events(reply, fault, frame) : documents(reply, fault, frame)) {
    for (const bytes of cutUp(Buffer.from(body), fault)) {
      if (fault?.kind === 'cut' && sent + bytes.length >= fault.afterBytes) {
        return cutOff(response, bytes.subarray(0, fault.afterBytes - sent))
      }
      await send(response, bytes, signal)
      sent += bytes.length
      if (fault?.kind === 'slow') await sleep(fault.betweenMs, signal)
    }
  }
  if (fault?.kind === 'cut') return cutOff(response, Buffer.alloc(0))
  response.end()
}

/** Closes the connection once the bytes have left, so that the client sees exactly these. */
function cutOff(response: ServerResponse, bytes: Buffer): void {
  if (bytes.length > 0) response.write(bytes, () => response.destroy())
  else response.destroy()
}

function playStatus(response: ServerResponse, fault: Extract<Fault, { kind: 'status' }>): void {
  const { status, retryAfterSeconds, message = `the script plays ${status}`, code = null } = fault
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  })
  response.end(JSON.stringify({ error: { message, type: 'scripted_error', param: null, code } }))
}

/** The server-sent events of a reply. */
function* events(reply: ScriptedReply, fault: Fault | undefined, frame: Frame): Generator<string> {
  if (fault?.kind === 'broken-json') {
    yield `data: {"id":"${frame.id}","choices":[{"delta":{"content":"oh\n\n`
    return
  }
  if (fault?.kind === 'endless') {
    const event = `data: ${JSON.stringify(chunk(frame, { content: mouthful(reply, fault) }))}\n\n`
    for (;;) yield event
  }
  for (const each of chunks(reply, frame)) yield `data: ${JSON.stringify(each)}\n\n`
  yield 'data: [DONE]\n\n'
}

/** The one JSON document of a reply, in pieces. */
function* documents(reply: ScriptedReply, fault: Fault | undefined, frame: Frame): Generator<string> {
  if (fault?.kind === 'endless') {
    const piece = JSON.stringify(mouthful(reply, fault)).slice(1, -1)
    yield '{"choices":[{"index":0,"message":{"role":"assistant","content":"'
    for (;;) yield piece
  }
  const text = JSON.stringify(completion(reply, frame))
  yield fault?.kind === 'broken-json' ? text.slice(0, text.length / 2) : text
}

/** Long enough that an endless reply does not crawl. */
function mouthful(reply: ScriptedReply, fault: Extract<Fault, { kind: 'endless' }>): string {
  const text = reply.text || fault.text
  return text.repeat(Math.ceil(64 / text.length))
}

function* cutUp(bytes: Buffer, fault: Fault | undefined): Generator<Buffer> {
  const size = (fault?.kind === 'slow' && fault.pieceBytes) || bytes.length || 1
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function send(response: ServerResponse, bytes: Buffer, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (!response.write(bytes)) await once(response, 'drain', { signal })
}

import { z } from 'zod'
import type { Content, SubmissionRecord, VerdictRecord } from './events.ts'
import { type FileSet, fileSet } from './files.ts'
import type { Submission } from './submission.ts'
import type { Verdict } from './verdict.ts'

export const metricSchema = z.object({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  clocked: z.boolean().optional(),
  control: z.tuple([z.number(), z.number()]).readonly().optional(),
})

export const findingSchema = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  at: z.string().optional(),
})

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as JSON can hold them, and exactly: text only where decoding loses nothing. */
export function encodeContent(bytes: Uint8Array): Content {
  try {
    return { text: strict.decode(bytes) }
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') }
  }
}

export function decodeContent(content: Content): Uint8Array {
  return 'text' in content ? new TextEncoder().encode(content.text) : Buffer.from(content.base64, 'base64')
}

export function encodeFiles(files: FileSet): Record<string, Content> {
  return Object.fromEntries([...files].map(([path, bytes]) => [path, encodeContent(bytes)]))
}

export function encodeSubmission(submission: Submission): SubmissionRecord {
  return submission.kind === 'text' ? submission : { kind: 'files', files: encodeFiles(submission.files) }
}

export function decodeSubmission(record: SubmissionRecord): Submission {
  if (record.kind === 'text') return record
  const entries = Object.entries(record.files).map(
    ([path, content]) => [path, decodeContent(content)] as const,
  )
  return { kind: 'files', files: fileSet(entries) }
}

export function encodeVerdict(verdict: Verdict): VerdictRecord {
  return {
    ...verdict,
    metrics: [...verdict.metrics],
    findings: [...verdict.findings],
    unchecked: [...verdict.unchecked],
    tools: { ...verdict.tools },
    judge: { ...verdict.judge },
    evidence: verdict.evidence.map(({ name, mediaType, content }) => ({
      name,
      mediaType,
      content: encodeContent(content),
    })),
  }
}

/** Instructions of classic BPF, each `[code, jump if true, jump if false, k]`, as the kernel reads them (linux/filter.h). */
export function bpfProgram(instructions: readonly (readonly number[])[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(instructions.length * 8))
  instructions.forEach(([op = 0, yes = 0, no = 0, value = 0], index) => {
    bytes.setUint16(index * 8, op, true)
    bytes.setUint8(index * 8 + 2, yes)
    bytes.setUint8(index * 8 + 3, no)
    bytes.setUint32(index * 8 + 4, value >>> 0, true)
  })
  return new Uint8Array(bytes.buffer)
}

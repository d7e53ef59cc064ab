const FRAME_HEADER_BYTES = 8;

/**
 * Joins the frames of an engine's log answer into text. Each frame is headed by one byte for the stream, three empty
 * ones and a big-endian length; a container with a terminal answers plain text instead, which is taken as it is.
 */
export function demultiplexLogs(raw: Buffer): string {
  const parts: Buffer[] = [];
  let offset = 0;
  while (offset + FRAME_HEADER_BYTES <= raw.length) {
    const isFrame = raw.readUInt8(offset) <= 2 && raw.readUIntBE(offset + 1, 3) === 0;
    if (!isFrame) return raw.toString('utf8');
    const start = offset + FRAME_HEADER_BYTES;
    offset = start + raw.readUInt32BE(offset + 4);
    parts.push(raw.subarray(start, offset));
  }
  return Buffer.concat(parts).toString('utf8');
}

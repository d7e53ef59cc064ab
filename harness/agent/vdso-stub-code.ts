/**
 * Machine code of `vdso-stub.S`, which stands beside this file, as one block: 32 bytes of data (the offset and the
 * run's tag), then three functions. The test beside this file assembles the source again and compares.
 */
export const VDSO_STUB: Uint8Array = Buffer.from(
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAC45AAAAA8FhcB1OIX/dAWD/wV1L0iLTghIAw3J////SIsWSAMVt////0iB+QDK' +
    'mjt8CkiB6QDKmjtI/8JIiU4ISIkWw7hgAAAADwWFwHU0SIX/dC9Ii08ISAMNkf///0iLF0gDFXf///9IgflAQg8AfApIgelAQg8ASP/C' +
    'SIlPCEiJF8NXSIPsEL8FAAAASInmuOQAAAAPBUiLTCQISAMNRP///0iLBCRIAwUx////SIH5AMqaO3wDSP/ASIPEEF9Ihf90A0iJB8M=',
  'base64',
);

/** Bytes of data in front of the code. */
export const STUB_DATA_BYTES = 32;

/** Where the functions begin in the block, by the vDSO function that each replaces. */
export const STUB_ENTRIES: Readonly<Record<string, number>> = {
  __vdso_clock_gettime: 0x20,
  __vdso_gettimeofday: 0x64,
  __vdso_time: 0xa4,
};

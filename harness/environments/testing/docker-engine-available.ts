import { connectDocker } from '../docker/dockerode-engine.ts';

/**
 * Whether tests that need a Docker engine can run. Where none answers, the reason is printed and the tests are to be
 * skipped; with FAULTLINE_REQUIRE_DOCKER=1 a missing engine is an error instead.
 */
export async function dockerEngineAvailable(): Promise<boolean> {
  try {
    const engine = await connectDocker();
    await engine.version();
    return true;
  } catch (error) {
    if (process.env['FAULTLINE_REQUIRE_DOCKER'] === '1') throw error;
    console.log(`skipped: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
